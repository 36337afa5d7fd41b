package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A claim about what a real Ollama still holds after a pause. It needs what {@link OllamaServer} needs. */
class RealKeepLoadedTest {
    private static final String UNLOADS_SOON = "OLLAMA_KEEP_ALIVE=5s";
    private static final Duration PAUSE = Duration.ofSeconds(9);

    @TempDir
    private Path directory;

    @Test
    void aModelThatIsKeptLoadedHoldsTheConversationBeyondThePause() {
        try (OllamaServer engine = OllamaServer.start(directory, UNLOADS_SOON)) {
            JsonNode without = afterAPause(engine, 0);
            JsonNode with = afterAPause(engine, 60);

            assertThat(without.path("cachedTokens").asLong()).isZero();
            assertThat(with.path("promptTokens").asLong()
                            - with.path("cachedTokens").asLong())
                    .isLessThan(50);
        }
    }

    private static JsonNode afterAPause(OllamaServer engine, int keptSeconds) {
        String settings = "read-ahead: {keep-loaded-seconds: " + keptSeconds + "}\n";
        try (KvkeepServer kvkeep = KvkeepServer.startWith(Installed.jar(), engine.uri(), settings)) {
            Talk talk = Talk.begin(kvkeep, "You are a pilot for " + keptSeconds + " seconds.");
            talk.ask("What is the first tide?");
            kvkeep.awaitReadAhead("keep-loaded", keptSeconds == 0 ? 0 : 1);
            kvkeep.pass(PAUSE);
            assertThat(engine.isLoaded()).isEqualTo(keptSeconds > 0);
            return talk.ask("And the next?");
        }
    }
}
