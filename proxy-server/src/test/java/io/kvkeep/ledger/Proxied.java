package io.kvkeep.ledger;

import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Digest;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.store.LaneStore;
import io.kvkeep.store.Steering;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A proxy without a network: the core, the store, and records of all changes as they would stand on disk. */
final class Proxied {
    private final Rewriter rewriter;
    private final Policy policy;
    private final Capabilities capabilities;
    private final Steering steering;
    private final long maxBytes;
    private final List<byte[]> records = new ArrayList<>();
    private LaneStore store;
    private long nowMillis = 1_000;

    Proxied(Rewriter rewriter, Policy policy, Capabilities capabilities, Steering steering, long maxBytes) {
        this.rewriter = rewriter;
        this.policy = policy;
        this.capabilities = capabilities;
        this.steering = steering;
        this.maxBytes = maxBytes;
        store = newStore();
    }

    private LaneStore newStore() {
        return new LaneStore(maxBytes, () -> nowMillis, records::add);
    }

    Rewrite rewrite(Incoming incoming) throws PromptNotUnderstood {
        return rewrite(incoming, store.view(steering, Learned.NOTHING));
    }

    Rewrite rewrite(Incoming incoming, LedgerView view) throws PromptNotUnderstood {
        return rewriter.rewrite(incoming, view, capabilities, policy);
    }

    /** Returns how many lanes are held. */
    int size() {
        return store.size();
    }

    void passes(long millis) {
        nowMillis += millis;
    }

    /** Says that the engine holds nothing any more. */
    void engineGone() {
        store.engineGone();
        nowMillis++; // what is served from now on is served later
    }

    /** Keeps what was sent. */
    Lane commit(LedgerEntry entry) {
        return store.commit(entry);
    }

    /** Keeps the answer; returns the lane as it is then, or as it was if it is not held any more. */
    Lane answered(Lane lane, Emitted answer) {
        store.answered(lane, answer);
        Digest last = lane.chain().get(lane.chain().size() - 1);
        return store.view(steering, Learned.NOTHING).lanes(last).stream()
                .filter(held -> held.id() == lane.id())
                .findFirst()
                .orElse(lane);
    }

    void forget(Lane lane, Optional<Lane> before) {
        store.forget(lane, before);
    }

    /** Tells whether a lane is held whose chain has that link. */
    boolean holds(long lane, Digest link) {
        return store.view(steering, Learned.NOTHING).lanes(link).stream().anyMatch(held -> held.id() == lane);
    }

    /** Ends the process and starts another one that reads the records. */
    void restart() {
        List<byte[]> written = List.copyOf(records);
        records.clear();
        store = newStore();
        for (byte[] record : written) {
            if (!store.load(record)) {
                throw new AssertionError("a record was not understood");
            }
        }
        records.addAll(written);
    }
}
