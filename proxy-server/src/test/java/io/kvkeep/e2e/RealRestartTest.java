package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.e2e.LlamaServer.Slots;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Claims about what is left to read after a restart of a real engine, in its own counts.
 *
 * <p>They need what {@link Installed} names.
 */
class RealRestartTest {
    private static final int CHARS = 15_000;

    @ParameterizedTest
    @CsvSource({"DENSE, thinking.jinja, ''", "HYBRID, always-thinking.jinja, 'I look.\n</think>\n\n'"})
    void afterARestartOfTheEngineTheNextTurnIsReady(TinyModel model, String template, String thought) {
        try (LlamaServer engine = LlamaServer.start(
                        Installed.llamaDirectory(), model, Slots.ONE, LlamaServer.template(template));
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            ThinkingSession direct = new ThinkingSession(1, CHARS, thought);
            direct.endLoop(engine.uri());
            restart(engine);
            Reply without = direct.next(engine.uri());

            ThinkingSession session = new ThinkingSession(2, CHARS, thought);
            session.endLoop(kvkeep.uri());
            kvkeep.awaitReadAhead("next-turn", 1);
            restart(engine);
            kvkeep.awaitReadAhead("restart", 1);
            Reply with = session.next(kvkeep.uri());

            ThinkingSession.print(model + ": after a restart the next turn", without, with);
            assertThat(without.counts().readShare()).isEqualTo(1);
            assertThat(with.counts().readShare()).isLessThanOrEqualTo(0.03);
        }
    }

    private static void restart(LlamaServer engine) {
        engine.stop();
        engine.startAgain();
    }
}
