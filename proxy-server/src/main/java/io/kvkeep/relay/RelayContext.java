package io.kvkeep.relay;

import io.kvkeep.config.Limits;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineConnections;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.outgoing.BodyBudget;
import io.kvkeep.readahead.ReadAhead;
import io.kvkeep.recording.Recorder;
import io.kvkeep.repeat.Repeats;
import io.kvkeep.settle.SettleThread;
import io.kvkeep.settle.Settlement;
import io.kvkeep.turns.Turns;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What all exchanges on one event loop share.
 *
 * @param loop the loop on which they live
 * @param engine the engine as it is known now
 * @param connections the loop's connections to it
 * @param repeats answers to determined requests; empty if none are kept
 * @param readAhead reads what is certain of next prompts in idle time
 * @param recorder writes requests into a file; empty if none are recorded
 * @param settling the thread that counts what was reused, shared by all loops
 * @param bodies memory for request bodies, shared by all loops
 */
record RelayContext(
        EventLoop loop,
        Supplier<Engine> engine,
        EngineConnections connections,
        Rewriting rewriting,
        Optional<Repeats> repeats,
        Optional<Recorder> recorder,
        SettleThread settling,
        Settlement settlement,
        Turns turns,
        ReadAhead readAhead,
        Metrics metrics,
        BodyBudget bodies,
        Limits limits) {
    /** Returns what exchanges share that begin after a change of the configuration. */
    RelayContext with(Rewriting newRewriting, Optional<Repeats> newRepeats, Limits newLimits) {
        return new RelayContext(
                loop,
                engine,
                connections,
                newRewriting,
                newRepeats,
                recorder,
                settling,
                settlement,
                turns,
                readAhead,
                metrics,
                bodies,
                newLimits);
    }
}
