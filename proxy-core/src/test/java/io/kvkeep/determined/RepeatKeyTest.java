package io.kvkeep.determined;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.json.NotJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepeatKeyTest {
    private static final String BODY = "{\"model\":\"m\",\"temperature\":0,\"messages\":[{\"content\":\"é\"}]}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                BODY,
                " {\"temperature\": 0, \"model\":\"m\",\n\"messages\":[{\"content\":\"\\u00e9\"}]}",
            })
    void theSpellingDoesNotCount(String body) throws NotJson {
        assertThat(key(1, List.of("a"), body)).isEqualTo(key(1, List.of("a"), BODY));
        assertThat(key(1, List.of("a"), body)).hasSameHashCodeAs(key(1, List.of("a"), BODY));
    }

    @Test
    void everythingElseDoes() throws NotJson {
        RepeatKey key = key(1, List.of("ab", "c"), BODY);
        assertThat(key(2, List.of("ab", "c"), BODY)).isNotEqualTo(key);
        assertThat(key(1, List.of("a", "bc"), BODY)).isNotEqualTo(key);
        assertThat(key(1, List.of("ab"), BODY)).isNotEqualTo(key);
        assertThat(key(1, List.of("ab", "c"), BODY.replace("\"m\"", "\"n\""))).isNotEqualTo(key);
        assertThat(key(1, List.of("ab", "c"), BODY.replace(":0", ":0.0"))).isNotEqualTo(key);
        assertThat(key(1, List.of("ab", "c"), BODY.replace("{\"model\"", "{\"stream\":true,\"model\"")))
                .isNotEqualTo(key);
    }

    @Test
    void whatIsNoJsonHasNone() {
        assertThatThrownBy(() -> key(1, List.of(), "{")).isInstanceOf(NotJson.class);
    }

    private static RepeatKey key(long scope, List<String> around, String body) throws NotJson {
        return RepeatKey.of(scope, around, body.getBytes(UTF_8));
    }
}
