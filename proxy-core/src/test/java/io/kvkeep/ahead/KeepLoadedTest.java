package io.kvkeep.ahead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.dialect.Dialect;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeepLoadedTest {
    @Test
    void itNamesTheModelAndTheOptionsWithWhichItIsLoaded() {
        assertThat(body(
                        Dialect.OLLAMA_CHAT,
                        "{\"messages\":[], \"model\" : \"zo\u00eb:7b\", \"options\":{\"num_ctx\": 16384,\"x\":1.0}}"))
                .contains("{\"model\":\"zo\u00eb:7b\",\"options\":{\"num_ctx\": 16384,\"x\":1.0},\"keep_alive\":3600,"
                        + "\"stream\":false}");
    }

    @Test
    void otherDialectsHaveNoOptionsThere() {
        assertThat(body(Dialect.CHAT_COMPLETIONS, "{\"model\":\"m\",\"options\":{\"num_ctx\":5},\"keep_alive\":0}"))
                .contains("{\"model\":\"m\",\"keep_alive\":3600,\"stream\":false}");
    }

    @Test
    void anAgentThatSaysItselfHowLongTheModelStaysIsNotGainsaid() {
        assertThat(body(Dialect.OLLAMA_CHAT, "{\"model\":\"m\",\"keep_alive\":0}"))
                .isEmpty();
    }

    @Test
    void withoutAModelThereIsNothingToKeep() {
        assertThat(body(Dialect.OLLAMA_CHAT, "{\"messages\":[]}")).isEmpty();
        assertThat(body(Dialect.OLLAMA_CHAT, "{]")).isEmpty();
    }

    private static Optional<String> body(Dialect dialect, String sent) {
        return KeepLoaded.body(dialect, sent.getBytes(UTF_8), 3_600).map(body -> new String(body, UTF_8));
    }
}
