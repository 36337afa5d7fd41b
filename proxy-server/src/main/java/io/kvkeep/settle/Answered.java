package io.kvkeep.settle;

import io.kvkeep.plan.Rewrite;
import io.kvkeep.reuse.PrefillTime;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.reuse.Stretches;
import java.util.Optional;

/**
 * One prompt whose answer has gone through.
 *
 * @param stretches the prompt as it came and as it was sent
 * @param group how its conversation is sent
 * @param scope a hash of tenant, engine and model
 * @param engine the engine's name
 * @param usage what the engine says of the prompt
 * @param prefill how long the engine says that it read
 * @param firstTokenNanos from the end of the request to the first byte of the answer's body; 0 if there was none
 */
public record Answered(
        Rewrite rewrite,
        Stretches.Pair stretches,
        Group group,
        long scope,
        String engine,
        ReportedUsage usage,
        Optional<PrefillTime> prefill,
        long firstTokenNanos) {}
