package io.kvkeep.settle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.prompt.PromptNotUnderstood;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"qwen3-coder:30b", "org/Model v1.5", "größer"})
    void anOrdinaryNameStays(String name) throws PromptNotUnderstood {
        assertThat(of("\"model\":\"" + name + "\",")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"model\":\"\",", "\"model\":\"a\\nb\",", "\"model\":5,", "\"model\":\"\\u0000\","})
    void whatIsMissingOrNoLineOfTextIsUnknown(String field) throws PromptNotUnderstood {
        assertThat(of(field)).isEqualTo(ModelName.UNKNOWN);
    }

    @Test
    void aNameOfAnyLengthTakesNoRoomInLabels() throws PromptNotUnderstood {
        assertThat(of("\"model\":\"" + "x".repeat(128) + "\",")).hasSize(128);
        assertThat(of("\"model\":\"" + "x".repeat(129) + "\",")).isEqualTo(ModelName.UNKNOWN);
    }

    private static String of(String modelField) throws PromptNotUnderstood {
        byte[] body = ("{" + modelField + "\"messages\":[]}").getBytes(UTF_8);
        return ModelName.of(Dialect.CHAT_COMPLETIONS.read(body));
    }
}
