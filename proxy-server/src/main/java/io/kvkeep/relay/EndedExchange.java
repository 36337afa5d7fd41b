package io.kvkeep.relay;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.engine.Engine;
import io.kvkeep.outgoing.Outgoing;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.readahead.ReadBefore;
import io.kvkeep.reading.EndedTurn;
import io.kvkeep.reuse.PrefillTime;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.reuse.Stretches;
import io.kvkeep.settle.Answered;
import io.kvkeep.settle.Group;
import io.kvkeep.settle.Settlement.Reused;
import io.kvkeep.turns.TurnFacts;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/**
 * A prompt that was read by the core and answered by the engine, for everything that counts what was reused.
 *
 * @param laneId of the lane that keeps it, or {@link io.kvkeep.ledger.Lane#NO_ID}
 * @param promptNumber its number among the prompts of the engine
 * @param target path and query
 * @param headers those of the client
 * @param said what the model said, if that was understood
 * @param totalNanos from the end of the request to the end of the answer
 * @param firstTokenNanos from the end of the request to the first byte of the answer's body
 */
record EndedExchange(
        Outgoing sent,
        Rewrite rewrite,
        AnswerTap tap,
        Dialect dialect,
        Engine engine,
        long laneId,
        long promptNumber,
        String target,
        HttpHeaders headers,
        Optional<Emitted> said,
        long totalNanos,
        long firstTokenNanos) {

    /** Counts what was reused, and tells those who look at turns. The client waits for none of this. */
    void settle(RelayContext relay) {
        byte[] ends = tap.lastBytes();
        ReportedUsage usage = ReportedUsage.read(ends);
        Optional<PrefillTime> prefill = PrefillTime.read(ends);
        relay.rewriting().slotCameBack(sent, usage);
        Stretches.Pair stretches = Stretches.Pair.of(rewrite.prompt(), rewrite.fingerprints(), sent.plan());
        Reused reused = relay.settlement()
                .settle(new Answered(
                        rewrite,
                        stretches,
                        sent.group(),
                        sent.scope(),
                        engine.name(),
                        usage,
                        prefill,
                        firstTokenNanos));
        Optional<ReadBefore> readBefore = relay.readAhead().cameBack(laneId, usage);
        relay.turns()
                .settle(new TurnFacts(
                        rewrite,
                        sent.plan(),
                        stretches,
                        laneId,
                        dialect,
                        engine,
                        reused,
                        usage,
                        readBefore,
                        prefill,
                        relay.settlement().speedByEngine(engine.name(), rewrite.prompt()),
                        totalNanos,
                        firstTokenNanos));
        if (said.isPresent() && sent.group() == Group.REWRITTEN) {
            relay.readAhead()
                    .ended(new EndedTurn(
                            laneId,
                            promptNumber,
                            engine,
                            dialect,
                            target,
                            headers,
                            rewrite,
                            sent.plan(),
                            said.get(),
                            usage));
        }
    }
}
