package io.kvkeep.e2e;

import java.nio.file.Path;
import java.util.List;

/**
 * The session through kvkeep.
 *
 * @param answers one per turn
 * @param countedReused the prompt tokens that kvkeep itself has counted as reused
 * @param engineUp kvkeep's own opinion of the engine, 1 for up
 */
record ProxiedRun(List<EngineAnswer> answers, double countedReused, double engineUp) {
    static ProxiedRun of(Path directory, TinyModel model, Path jar) {
        try (LlamaServer engine = LlamaServer.start(directory, model);
                KvkeepServer kvkeep = KvkeepServer.start(jar, engine.uri())) {
            List<EngineAnswer> answers = HermesSession.turns().stream()
                    .map(turn -> Http.chat(kvkeep.uri(), turn.body()))
                    .toList();
            int reused = answers.stream().mapToInt(EngineAnswer::cachedTokens).sum();
            List<String> labels = List.of("source=\"reported\"", "reuse=\"reused\"");
            return new ProxiedRun(
                    answers,
                    kvkeep.settledMetric("kvkeep_prompt_tokens_total", labels, reused),
                    kvkeep.settledMetric("kvkeep_engine_up", List.of(), 1));
        }
    }
}
