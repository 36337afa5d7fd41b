package io.kvkeep.engine;

import io.kvkeep.probe.EngineFacts.Row;
import java.util.List;

/**
 * An engine as it is shown to the operator.
 *
 * @param name its name in metrics
 * @param url where it listens
 * @param kind what it is, such as {@code llama.cpp}
 * @param up whether it answered when it was last asked
 * @param models the names of its models, at most 50
 * @param facts conclusions with their evidence
 */
public record EngineStatus(String name, String url, String kind, boolean up, List<String> models, List<Row> facts) {
    /** Copies the lists. */
    public EngineStatus {
        models = List.copyOf(models);
        facts = List.copyOf(facts);
    }
}
