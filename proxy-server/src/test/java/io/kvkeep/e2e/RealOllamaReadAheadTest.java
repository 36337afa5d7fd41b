package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims about what a real Ollama still holds of a prompt, in its own counts. They need what {@link OllamaServer} needs. */
class RealOllamaReadAheadTest {
    private static final String UNLOADS_SOON = "OLLAMA_KEEP_ALIVE=5s";
    private static final Duration PAUSE = Duration.ofSeconds(9);
    private static final int CHARS = 15_000;
    private static final int FEW_TOKENS = 50;

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
                    .isLessThan(FEW_TOKENS);
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

    /** With a template of Ollama's own, as its library has for Qwen3; it gives one of a file no earlier reasoning. */
    @Test
    void afterALoopWithReasoningTheNextTurnIsReady() throws IOException {
        try (OllamaServer engine = OllamaServer.start(directory)) {
            engine.create("thinking", "PARAMETER num_ctx 16384\nTEMPLATE \"\"\"" + template() + "\"\"\"\n");
            ThinkingSession direct = new ThinkingSession(1, CHARS, "").atOllama("thinking");
            direct.endLoop(engine.uri());
            Reply without = direct.next(engine.uri());
            try (KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
                ThinkingSession session = new ThinkingSession(2, CHARS, "").atOllama("thinking");
                session.endLoop(kvkeep.uri());
                kvkeep.awaitReadAhead("next-turn", 1);
                Reply with = session.next(kvkeep.uri());

                ThinkingSession.print("Ollama: next turn", without, with);
                assertThat(without.counts().readTokens())
                        .isGreaterThan(without.counts().promptTokens() / 3);
                assertThat(with.counts().readTokens()).isLessThan(FEW_TOKENS);
            }
        }
    }

    private static String template() throws IOException {
        String name = "/e2e/thinking.gotmpl";
        try (InputStream file = Objects.requireNonNull(RealOllamaReadAheadTest.class.getResourceAsStream(name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
