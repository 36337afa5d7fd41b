package io.kvkeep.turns;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.engine.Engine;
import io.kvkeep.plan.Plan;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.readahead.ReadBefore;
import io.kvkeep.reuse.PrefillTime;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.reuse.Stretches;
import io.kvkeep.settle.Settlement.Reused;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the relay knows of one prompt once its answer has gone through.
 *
 * @param plan the edits that were applied
 * @param stretches the prompt as it came and as these edits make it
 * @param lane the id of its lane; 0 if the ledger holds none
 * @param reused how much of it was the start of earlier prompts
 * @param usage what the engine says of it
 * @param readBefore what had been read ahead for it
 * @param prefill how long it read, if it says so
 * @param tokensPerSecond how fast it reads prompts of this model by its own clock; empty until it has told once
 * @param sentAgoNanos how long ago it was complete
 * @param firstTokenNanos from then to the first byte of the answer's body
 */
public record TurnFacts(
        Rewrite rewrite,
        Plan plan,
        Stretches.Pair stretches,
        long lane,
        Dialect dialect,
        Engine engine,
        Reused reused,
        ReportedUsage usage,
        Optional<ReadBefore> readBefore,
        Optional<PrefillTime> prefill,
        OptionalDouble tokensPerSecond,
        long sentAgoNanos,
        long firstTokenNanos) {}
