package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvkeep.e2e.HermesSession.Change;
import io.kvkeep.e2e.LlamaServer.Slots;
import io.kvkeep.e2e.SessionRun.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Claims about what the ledger spares a real engine, in the engine's own count of cached tokens.
 *
 * <p>They need what {@link Installed} names. The system property {@code kvkeep.e2e.tokens} asks for prompts of about so
 * many tokens; 40000 takes minutes.
 */
class RealLedgerTest {
    private static final double WHOLE = 0.995;
    /** Tokens at a prompt's end that may be read again: a hybrid model's checkpoint stands a few tokens before it. */
    private static final int TAIL_TOKENS = 8;

    private static final int LONG_TOKENS = 40_000;
    private static final double LONG_RATIO = 8;

    private static final Map<TinyModel, SessionRun> DIRECT = new EnumMap<>(TinyModel.class);
    private static final Map<TinyModel, SessionRun> PROXIED = new EnumMap<>(TinyModel.class);

    @ParameterizedTest
    @EnumSource(names = {"DENSE", "SLIDING", "HYBRID"})
    void onEveryTurnButTheCompressionThePreviousPromptIsReused(TinyModel model) {
        assertThat(proxied(model).steps())
                .filteredOn(step -> step.turn() > 1 && step.change() != Change.COMPRESSION)
                .allSatisfy(RealLedgerTest::assertWhole);
    }

    @Test
    void aDenseModelReusesThePreviousPromptToTheToken() {
        assertThat(proxied(TinyModel.DENSE).steps())
                .filteredOn(step -> step.turn() > 1 && step.change() != Change.COMPRESSION)
                .allSatisfy(step ->
                        assertThat(step.cachedTokens()).as(step.name()).isGreaterThanOrEqualTo(step.previousTokens()));
    }

    @ParameterizedTest
    @EnumSource(names = {"DENSE", "SLIDING", "HYBRID"})
    void atTheCompressionEverythingUpToTheFirstChangedMessageIsReused(TinyModel model) {
        SessionRun run = proxied(model);
        // The compression keeps the first message, so the first turn's prompt is what the two prompts share.
        int sharedTokens = run.steps().get(0).reply().counts().promptTokens();
        assertThat(run.at(Change.COMPRESSION))
                .hasSize(1)
                .allSatisfy(step -> assertThat(step.cachedTokens()).isGreaterThanOrEqualTo(sharedTokens - TAIL_TOKENS));
    }

    @ParameterizedTest
    @EnumSource(names = {"DENSE", "SLIDING", "HYBRID"})
    void sentDirectlyAChangedMemoryCostsTheHistory(TinyModel model) {
        assertThat(direct(model).at(Change.MEMORY))
                .hasSize(3)
                .allSatisfy(step -> assertThat(step.reusedShare()).isLessThan(0.5));
    }

    @ParameterizedTest
    @EnumSource(names = {"DENSE", "SLIDING", "HYBRID"})
    void theEngineReadsAThirdOfWhatItReadsWithoutKvkeep(TinyModel model) {
        assertThat(proxied(model).readTokens()).isLessThan(direct(model).readTokens() / 3);
    }

    /** Not the sliding-window model: it reads so fast that turning text into tokens is most of what is left. */
    @ParameterizedTest
    @EnumSource(names = {"DENSE", "HYBRID"})
    void theFirstTokenOfALongPromptComesEightTimesSooner(TinyModel model) {
        assumeTrue(tokens() >= LONG_TOKENS, "takes minutes; -Dkvkeep.e2e.tokens=40000 asks for it");
        double ratio = direct(model).meanFirstTokenMillis() / proxied(model).meanFirstTokenMillis();
        assertThat(ratio).isGreaterThanOrEqualTo(LONG_RATIO);
    }

    @ParameterizedTest
    @CsvSource({
        "DENSE, ONE", "DENSE, TWO_SPLIT", "DENSE, FOUR_UNIFIED",
        "HYBRID, ONE", "HYBRID, TWO_SPLIT", "HYBRID, FOUR_UNIFIED"
    })
    void sessionsOfOneAgentLoseNothingToEachOtherFromTheirThirdTurnOn(TinyModel model, Slots slots) {
        try (LlamaServer engine = LlamaServer.start(Installed.llamaDirectory(), model, slots);
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            InterleavedRun run = InterleavedRun.play(Script.calm(4), "tiny", Forcing.GRAMMAR, kvkeep.uri());
            System.out.println(RunTable.interleaved(model + " " + slots + " through kvkeep", run));
            assertThat(run.settledSteps()).isNotEmpty().allSatisfy(RealLedgerTest::assertWhole);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DENSE, ONE", "DENSE, TWO_SPLIT", "DENSE, FOUR_UNIFIED",
        "HYBRID, ONE", "HYBRID, TWO_SPLIT", "HYBRID, FOUR_UNIFIED"
    })
    void sentDirectlySessionsOfOneAgentTakeTheHistoryFromEachOther(TinyModel model, Slots slots) {
        try (LlamaServer engine = LlamaServer.start(Installed.llamaDirectory(), model, slots)) {
            InterleavedRun run = InterleavedRun.play(Script.calm(4), "tiny", Forcing.GRAMMAR, engine.uri());
            System.out.println(RunTable.interleaved(model + " " + slots + " direct", run));
            assertThat(run.settledSteps())
                    .isNotEmpty()
                    .allSatisfy(step -> assertThat(step.reusedShare()).isLessThan(0.9));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DENSE", "HYBRID"})
    void aKilledAndRestartedKvkeepGoesOnWhereItWas(TinyModel model) {
        Path jar = Installed.jar();
        try (LlamaServer engine = LlamaServer.start(Installed.llamaDirectory(), model)) {
            KvkeepServer kvkeep = KvkeepServer.start(jar, engine.uri());
            try {
                LiveSession session = new LiveSession(Script.small(), "tiny", Forcing.GRAMMAR, 1);
                List<Step> steps = new ArrayList<>();
                while (session.turn() <= 8) {
                    // Behind a change of the memory, whose note only the ledger can repeat, and behind a calm turn.
                    if (session.turn() == 5 || session.turn() == 7) {
                        kvkeep = kvkeep.killedAndRestarted(jar, engine.uri());
                    }
                    steps.add(SessionRun.next(session, kvkeep.uri(), steps));
                }
                System.out.println(RunTable.one(model + " killed before turns 5 and 7", new SessionRun(steps)));
                assertThat(steps).filteredOn(step -> step.turn() > 1).allSatisfy(RealLedgerTest::assertWhole);
            } finally {
                kvkeep.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DENSE", "HYBRID"})
    void sessionsInSlotsOfTheirOwnLoseNothingToEachOtherNorToARestart(TinyModel model) {
        Path jar = Installed.jar();
        // Without the memory for prompts that left their slots nothing else brings a history back.
        try (LlamaServer engine =
                LlamaServer.start(Installed.llamaDirectory(), model, Slots.TWO_SPLIT, "--cache-ram", "0")) {
            KvkeepServer kvkeep = KvkeepServer.start(jar, engine.uri());
            try {
                kvkeep.awaitFact("pinning", "yes");
                List<LiveSession> sessions = List.of(
                        new LiveSession(Script.calm(6), "tiny", Forcing.GRAMMAR, 1),
                        new LiveSession(Script.calm(6), "tiny", Forcing.GRAMMAR, 2));
                List<List<Step>> steps = List.of(new ArrayList<>(), new ArrayList<>());
                for (int round = 1; round <= 6; round++) {
                    if (round == 4) {
                        assertThat(kvkeep.settledMetric("kvkeep_edits_total", List.of("reason=\"pin-slot\""), 6))
                                .isEqualTo(6);
                        kvkeep = kvkeep.killedAndRestarted(jar, engine.uri());
                    }
                    for (int i = 0; i < 2; i++) {
                        steps.get(i).add(SessionRun.next(sessions.get(i), kvkeep.uri(), steps.get(i)));
                    }
                }
                for (List<Step> session : steps) {
                    System.out.println(
                            RunTable.one(model + " in a slot, killed before turn 4", new SessionRun(session)));
                    assertThat(session).filteredOn(step -> step.turn() > 1).allSatisfy(RealLedgerTest::assertWhole);
                }
            } finally {
                kvkeep.close();
            }
        }
    }

    private static void assertWhole(Step step) {
        assertThat(step.reusedShare())
                .as("%s: %d of %d", step.name(), step.cachedTokens(), step.previousTokens())
                .isGreaterThanOrEqualTo(WHOLE);
    }

    private static int tokens() {
        return Integer.getInteger("kvkeep.e2e.tokens", 0);
    }

    private static LiveSession session() {
        return new LiveSession(Script.ofTokens(tokens()), "tiny", Forcing.GRAMMAR, 1);
    }

    private static SessionRun direct(TinyModel model) {
        return DIRECT.computeIfAbsent(model, m -> {
            try (LlamaServer engine = LlamaServer.start(Installed.llamaDirectory(), m)) {
                return SessionRun.play(session(), engine.uri());
            }
        });
    }

    private static SessionRun proxied(TinyModel model) {
        Path jar = Installed.jar();
        SessionRun direct = direct(model);
        return PROXIED.computeIfAbsent(model, m -> {
            try (LlamaServer engine = LlamaServer.start(Installed.llamaDirectory(), m);
                    KvkeepServer kvkeep = KvkeepServer.start(jar, engine.uri())) {
                SessionRun run = SessionRun.play(session(), kvkeep.uri());
                System.out.println(RunTable.two(m.toString(), direct, run));
                return run;
            }
        });
    }
}
