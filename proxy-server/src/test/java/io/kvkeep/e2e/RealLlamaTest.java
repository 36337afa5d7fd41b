package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvkeep.e2e.HermesSession.Change;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Claims about what a real engine reads again and what it does not, in its own count of cached tokens.
 *
 * <p>They need the directory that {@code e2e/llama/setup.sh} prepares, named by the environment variable
 * {@code KVKEEP_LLAMA_DIR}, and the packaged proxy, named by the system property {@code kvkeep.jar}. A session runs
 * once per model, for all the claims about it.
 */
class RealLlamaTest {
    /** Tokens at a prompt's end that may be read again: a word that is split otherwise, a hybrid model's checkpoint. */
    private static final int TAIL_TOKENS = 8;

    private static final Map<TinyModel, DirectRun> DIRECT = new EnumMap<>(TinyModel.class);
    private static final Map<TinyModel, ProxiedRun> PROXIED = new EnumMap<>(TinyModel.class);

    @ParameterizedTest
    @EnumSource(names = {"DENSE", "TOOLS_FIRST"})
    void theEngineReusesExactlyTheTokenPrefixThatTwoPromptsShare(TinyModel model) {
        DirectRun run = direct(model);
        assertThat(run.answers()).extracting(EngineAnswer::cachedTokens).isEqualTo(run.sharedTokens());
    }

    @ParameterizedTest
    @EnumSource(names = {"DENSE", "TOOLS_FIRST"})
    void sentDirectlyNothingBehindAChangedMemoryIsReused(TinyModel model) {
        DirectRun run = direct(model);
        assertThat(answersAt(Change.MEMORY, run.answers()))
                .extracting(EngineAnswer::cachedTokens)
                .allSatisfy(cached -> assertThat(cached).isCloseTo(run.tokensBeforeMemory(), within(TAIL_TOKENS)));
    }

    @Test
    void sentDirectlyAllToolsBehindTheSystemTextAreReadAgainAfterAMemoryChange() {
        DirectRun run = direct(TinyModel.DENSE);
        assertThat(answersAt(Change.MEMORY, run.answers()))
                .extracting(EngineAnswer::cachedTokens)
                .allSatisfy(cached -> assertThat(cached).isLessThan(run.tokensBeforeTools()));
    }

    @Test
    void sentDirectlyAHybridModelReadsEverythingAgainAfterAMemoryChange() {
        assertThat(answersAt(Change.MEMORY, direct(TinyModel.HYBRID).answers()))
                .extracting(EngineAnswer::cachedTokens)
                .containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource
    void afterAMemoryChangeTheStableSystemTextAndAllToolsAreReused(TinyModel model) {
        assertStablePartIsReused(model, Change.MEMORY);
    }

    @ParameterizedTest
    @EnumSource
    void afterACompressionTheStableSystemTextAndAllToolsAreReused(TinyModel model) {
        assertStablePartIsReused(model, Change.COMPRESSION);
    }

    @ParameterizedTest
    @EnumSource
    void afterMidnightTheStableSystemTextAndAllToolsAreReused(TinyModel model) {
        assertStablePartIsReused(model, Change.DATE);
    }

    @ParameterizedTest
    @EnumSource
    void betweenChangesOnlyTheNewMessagesAreRead(TinyModel model) {
        List<HermesSession.Turn> turns = HermesSession.turns();
        List<EngineAnswer> answers = proxied(model).answers();
        assertThat(IntStream.range(1, turns.size()).filter(i -> turns.get(i).change() == Change.NOTHING))
                .allSatisfy(i -> assertThat(answers.get(i).cachedTokens())
                        .as(turns.get(i).name())
                        .isGreaterThanOrEqualTo(answers.get(i - 1).promptTokens() - TAIL_TOKENS));
    }

    @ParameterizedTest
    @EnumSource(names = {"DENSE", "HYBRID"})
    void throughKvkeepTheEngineReadsFewerTokens(TinyModel model) {
        assertThat(SessionTable.readTokens(proxied(model).answers()))
                .isLessThan(SessionTable.readTokens(direct(model).answers()));
    }

    @ParameterizedTest
    @EnumSource
    void kvkeepCountsTheReusedTokensThatTheEngineReports(TinyModel model) {
        ProxiedRun run = proxied(model);
        assertThat(run.countedReused())
                .isEqualTo(run.answers().stream()
                        .mapToInt(EngineAnswer::cachedTokens)
                        .sum());
        assertThat(run.engineUp()).isEqualTo(1);
    }

    @Test
    void aClientThatLeavesDuringTheAnswerFreesTheEngine() throws IOException {
        Path jar = Installed.jar();
        try (LlamaServer engine = LlamaServer.start(Installed.llamaDirectory(), TinyModel.DENSE);
                KvkeepServer kvkeep = KvkeepServer.start(jar, engine.uri())) {
            try (InputStream answer = Http.openChat(kvkeep.uri(), HermesSession.endlessRequest())) {
                assertThat(answer.read()).isEqualTo('d');
                assertThat(engine.isProcessing()).isTrue();
            }
            engine.awaitIdle(Duration.ofSeconds(5));
            assertThat(engine.generatedTokens()).isLessThan(HermesSession.ENDLESS_TOKENS);
        }
    }

    private static void assertStablePartIsReused(TinyModel model, Change change) {
        int stableTokens = direct(model).stableTokens();
        assertThat(answersAt(change, proxied(model).answers()))
                .extracting(EngineAnswer::cachedTokens)
                .allSatisfy(cached -> assertThat(cached).isGreaterThanOrEqualTo(stableTokens));
    }

    private static List<EngineAnswer> answersAt(Change change, List<EngineAnswer> answers) {
        List<HermesSession.Turn> turns = HermesSession.turns();
        List<EngineAnswer> chosen = IntStream.range(0, turns.size())
                .filter(i -> turns.get(i).change() == change)
                .mapToObj(answers::get)
                .toList();
        assertThat(chosen).isNotEmpty();
        return chosen;
    }

    private static DirectRun direct(TinyModel model) {
        return DIRECT.computeIfAbsent(model, m -> DirectRun.of(Installed.llamaDirectory(), m));
    }

    private static ProxiedRun proxied(TinyModel model) {
        Path jar = Installed.jar();
        DirectRun direct = direct(model);
        return PROXIED.computeIfAbsent(model, m -> {
            ProxiedRun run = ProxiedRun.of(Installed.llamaDirectory(), m, jar);
            System.out.println(SessionTable.of(m, direct, run));
            return run;
        });
    }
}
