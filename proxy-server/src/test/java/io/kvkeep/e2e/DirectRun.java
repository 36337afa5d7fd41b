package io.kvkeep.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The session as the engine sees it when nothing stands in between.
 *
 * @param answers one per turn
 * @param sharedTokens for each turn, the length of the token prefix that its prompt shares with the prompt before
 * @param tokensBeforeMemory the length of the prompt up to the memory's first character that can change
 * @param tokensBeforeTools the length of the prompt up to the first tool
 * @param stableTokens the length of a prompt's system message when it holds the stable sections and all tools only
 */
record DirectRun(
        List<EngineAnswer> answers,
        List<Integer> sharedTokens,
        int tokensBeforeMemory,
        int tokensBeforeTools,
        int stableTokens) {
    static DirectRun of(Path directory, TinyModel model) {
        try (LlamaServer engine = LlamaServer.start(directory, model)) {
            List<HermesSession.Turn> turns = HermesSession.turns();
            List<EngineAnswer> answers = new ArrayList<>();
            List<Integer> sharedTokens = new ArrayList<>();
            int[] before = {};
            for (HermesSession.Turn turn : turns) {
                int[] prompt = engine.tokens(engine.prompt(turn.body()));
                sharedTokens.add(sharedPrefix(before, prompt));
                answers.add(Http.chat(engine.uri(), turn.body()));
                before = prompt;
            }
            return new DirectRun(
                    List.copyOf(answers),
                    List.copyOf(sharedTokens),
                    tokensUntil(HermesSystemText.MEMORY_TITLE + " [", engine, turns.get(0)),
                    tokensUntil("<tools>\n", engine, turns.get(0)),
                    stableTokens(engine));
        }
    }

    private static int sharedPrefix(int[] before, int[] prompt) {
        int mismatch = Arrays.mismatch(before, prompt);
        return mismatch < 0 ? prompt.length : mismatch;
    }

    private static int tokensUntil(String end, LlamaServer engine, HermesSession.Turn turn) {
        String prompt = engine.prompt(turn.body());
        return engine.tokens(prompt.substring(0, prompt.indexOf(end) + end.length())).length;
    }

    private static int stableTokens(LlamaServer engine) {
        String marker = "the user's text";
        String prompt = engine.prompt(HermesSession.stableRequest(marker));
        String systemMessage = prompt.substring(0, prompt.lastIndexOf("<|im_start|>", prompt.indexOf(marker)));
        return engine.tokens(systemMessage.stripTrailing()).length;
    }
}
