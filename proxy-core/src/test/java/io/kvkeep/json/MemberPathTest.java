package io.kvkeep.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.fixture.JsonTree;
import io.kvkeep.fixture.RandomJson;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MemberPathTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    a        | {"a":"tern"}                                           | tern
                    a        | { "b" : [1,{"a":"x"}], "a" : "tern" }                  | tern
                    a.b      | {"a":{"c":1,"b":"tern"}}                               | tern
                    a.b      | {"a":"{\\"c\\":1,\\"b\\":\\"tern\\"}"}                 | tern
                    a.b.c    | {"a":"{\\"b\\":{\\"c\\":\\"t\\\\u0065rn\\"}}"}         | tern
                    a        | {"a":"one","a":"two"}                                  | one
                    a        | {"a":"t\\u0065rn","broken                              | tern
                    """)
    void findsTheStringAtThePlace(String path, String json, String text) {
        assertThat(MemberPath.of(path).text(json.getBytes(UTF_8))).contains(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    a        | {"b":"tern"}
                    a        | {"a":1}
                    a        | {"a":null}
                    a        | {"a":{"a":"tern"}}
                    a        | ["a","tern"]
                    a        | {"a":"\\x"}
                    a        | {"a":"tern
                    a        | {"b":}
                    a.b      | {"a":"tern"}
                    a.b      | {"a":["b"]}
                    a.b      | {"a":"{"}
                    a.b      | {"a.b":"tern"}
                    """)
    void anythingElseIsEmpty(String path, String json) {
        assertThat(MemberPath.of(path).text(json.getBytes(UTF_8))).isEmpty();
    }

    @Test
    void anEmptyTextIsEmpty() {
        assertThat(MemberPath.of("a").text(new byte[0])).isEmpty();
    }

    @Test
    void findsWhatAJsonLibraryFinds() {
        RandomJson random = new RandomJson(5);
        for (int round = 0; round < 500; round++) {
            String inner = "{\"a\":" + random.text() + ",\"tern\":" + random.string() + ",\"b\":" + random.text() + "}";
            String json = random.blank() + "{\"a\":" + random.text() + ",\"in\":" + inner + random.blank() + "}";
            Map<?, ?> tree = (Map<?, ?>) Objects.requireNonNull(((Map<?, ?>) JsonTree.parse(json)).get("in"));

            assertThat(MemberPath.of("in.tern").text(json.getBytes(UTF_8)).map(Object.class::cast))
                    .contains(Objects.requireNonNull(tree.get("tern")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "a b", "\u00e9", "a.b.c.d.e.f.g.h.i"})
    void aPathIsNamesJoinedByDots(String path) {
        assertThatThrownBy(() -> MemberPath.of(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("joined by dots");
    }

    @Test
    void isWrittenAsItIsRead() {
        assertThat(MemberPath.of("metadata.user_id")).hasToString("metadata.user_id");
    }
}
