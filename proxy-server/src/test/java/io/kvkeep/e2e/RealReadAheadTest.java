package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.e2e.LlamaServer.Slots;
import io.kvkeep.e2e.MidRead.Asking;
import io.kvkeep.e2e.MidRead.Times;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Claims about what reading ahead spares a real engine, in the engine's own counts.
 *
 * <p>They need what {@link Installed} names.
 */
class RealReadAheadTest {
    private static final int CHARS_PER_TOKEN = 3;
    private static final int TOKENS = 5_000;
    /** So many that the time to the first token is that of reading them. */
    private static final int LOOP_TOKENS = 20_000;

    private static final int FEW_TRIALS = 3;
    private static final String DENSE_TEMPLATE = "thinking.jinja";
    /**
     * Less than reading all of it takes, and more than a part of it on a computer with ten times its load, which lets
     * those wait longest that have worked before.
     */
    private static final double MOST_LATER_MILLIS = 250;

    private static final String NEXT_TURN = "next-turn";

    @ParameterizedTest
    @CsvSource({"DENSE, thinking.jinja, ''", "HYBRID, always-thinking.jinja, 'I look.\n</think>\n\n'"})
    void afterALoopWithReasoningTheNextTurnIsReady(TinyModel model, String template, String thought) {
        try (LlamaServer engine = LlamaServer.start(
                        Installed.llamaDirectory(), model, Slots.ONE, LlamaServer.template(template));
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            ThinkingSession direct = new ThinkingSession(1, LOOP_TOKENS * CHARS_PER_TOKEN, thought);
            direct.endLoop(engine.uri());
            Reply without = direct.next(engine.uri());

            ThinkingSession session = new ThinkingSession(2, LOOP_TOKENS * CHARS_PER_TOKEN, thought);
            session.endLoop(kvkeep.uri());
            kvkeep.awaitReadAhead(NEXT_TURN, 1);
            Reply with = session.next(kvkeep.uri());

            ThinkingSession.print(model + ": next turn", without, with);
            assertThat(without.counts().readShare()).isGreaterThan(0.35);
            assertThat(with.counts().readShare()).isLessThanOrEqualTo(0.03);
            assertThat(without.firstTokenMillis() / with.firstTokenMillis()).isGreaterThanOrEqualTo(8);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DENSE, thinking.jinja, '', ANOTHER_LANE",
        "DENSE, thinking.jinja, '', THE_SAME_LANE",
        "HYBRID, always-thinking.jinja, 'I look.\n</think>\n\n', ANOTHER_LANE",
        "HYBRID, always-thinking.jinja, 'I look.\n</think>\n\n', THE_SAME_LANE"
    })
    void aRequestInTheMiddleOfItIsServedNoLaterThanWithoutIt(
            TinyModel model, String template, String thought, Asking asking) {
        try (LlamaServer engine = LlamaServer.start(
                        Installed.llamaDirectory(), model, Slots.ONE, LlamaServer.template(template));
                MidRead midRead = new MidRead(Installed.jar(), engine.uri(), TOKENS * CHARS_PER_TOKEN, thought)) {
            Times times = midRead.measure(asking, Integer.getInteger("kvkeep.e2e.trials", FEW_TRIALS));

            System.out.printf("%s, %s asks in the middle of it, %s%n", model, asking, times);
            assertThat(Times.median(times.with())).isLessThan(2 * Times.median(times.without()) + MOST_LATER_MILLIS);
            if (asking == Asking.THE_SAME_LANE) {
                assertThat(Times.readTokens(times.with())).isLessThan(Times.readTokens(times.without()));
            }
        }
    }

    @Test
    void twoLanesOnTwoSlotsAreBothReadyAndDoNotDisturbEachOther() {
        try (LlamaServer engine = LlamaServer.start(
                        Installed.llamaDirectory(),
                        TinyModel.DENSE,
                        Slots.TWO_SPLIT,
                        LlamaServer.template(DENSE_TEMPLATE));
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            ThinkingSession one = new ThinkingSession(1, TOKENS * CHARS_PER_TOKEN, "");
            ThinkingSession other = new ThinkingSession(2, TOKENS * CHARS_PER_TOKEN, "");
            one.endLoop(kvkeep.uri());
            other.endLoop(kvkeep.uri());
            kvkeep.awaitReadAhead(NEXT_TURN, 2);

            assertThat(one.next(kvkeep.uri()).counts().readShare()).isLessThanOrEqualTo(0.03);
            assertThat(other.next(kvkeep.uri()).counts().readShare()).isLessThanOrEqualTo(0.03);
        }
    }

    @Test
    void onOneSlotALaneThatWasServedBeforeLosesNothingToTheOneThatIsReadAhead() {
        Reply without = earlierLane("read-ahead: {enabled: false}\n", 0);
        Reply with = earlierLane("", 1);

        assertThat(with.counts().readTokens())
                .isLessThanOrEqualTo(without.counts().readTokens());
    }

    /** Ends the loops of two lanes at once, and lets the first one go on when the second has been read ahead. */
    private static Reply earlierLane(String settings, int readAheads) {
        try (LlamaServer engine = LlamaServer.start(
                        Installed.llamaDirectory(), TinyModel.DENSE, Slots.ONE, LlamaServer.template(DENSE_TEMPLATE));
                KvkeepServer kvkeep = KvkeepServer.startWith(Installed.jar(), engine.uri(), settings)) {
            ThinkingSession first = new ThinkingSession(1, TOKENS * CHARS_PER_TOKEN, "");
            ThinkingSession second = new ThinkingSession(2, TOKENS * CHARS_PER_TOKEN, "");
            first.endLoop(kvkeep.uri());
            second.endLoop(kvkeep.uri());
            kvkeep.awaitReadAhead(NEXT_TURN, readAheads);
            return first.next(kvkeep.uri());
        }
    }
}
