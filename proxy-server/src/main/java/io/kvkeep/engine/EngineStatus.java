package io.kvkeep.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kvkeep.probe.EngineFacts.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An engine as it is shown to the operator.
 *
 * @param name its name in metrics
 * @param url where it listens
 * @param kind what it is, such as {@code llama.cpp}
 * @param up whether it answered when it was last asked
 * @param models the names of its models, at most 50
 * @param facts conclusions with their evidence
 * @param missingFlag the start option that would make it tell what it reused; missing if none is
 */
public record EngineStatus(
        String name,
        String url,
        String kind,
        boolean up,
        List<String> models,
        List<Row> facts,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String missingFlag) {
    /** Copies the lists. */
    public EngineStatus {
        models = List.copyOf(models);
        facts = List.copyOf(facts);
    }
}
