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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A proxy without a network: the core, the store, and records of all changes as they would stand on disk. */
final class Proxied {
    private final Rewriter rewriter;
    private final Policy policy;
    private final Capabilities capabilities;
    private final boolean marks;
    private final long maxBytes;
    private final List<byte[]> records = new ArrayList<>();
    private final Map<Long, Lane> recorded = new HashMap<>();
    private LaneStore store;
    private long nowMillis = 1_000;

    Proxied(Rewriter rewriter, Policy policy, Capabilities capabilities, boolean marks, long maxBytes) {
        this.rewriter = rewriter;
        this.policy = policy;
        this.capabilities = capabilities;
        this.marks = marks;
        this.maxBytes = maxBytes;
        store = newStore();
    }

    private LaneStore newStore() {
        return new LaneStore(maxBytes, () -> nowMillis);
    }

    Rewrite rewrite(Incoming incoming) throws PromptNotUnderstood {
        return rewrite(incoming, store.view(marks));
    }

    Rewrite rewrite(Incoming incoming, LedgerView view) throws PromptNotUnderstood {
        return rewriter.rewrite(incoming, view, capabilities, policy);
    }

    void passes(long millis) {
        nowMillis += millis;
    }

    /** Keeps what was sent. */
    Lane commit(LedgerEntry entry) {
        Lane lane = store.commit(entry);
        write(new LaneRecord.Agent(entry.agent()), null);
        write(new LaneRecord.Served(lane, nowMillis), recorded.get(lane.id()));
        recorded.put(lane.id(), lane);
        return lane;
    }

    /** Keeps the answer; returns the lane as it is then, or as it was if it is not held any more. */
    Lane answered(Lane lane, Emitted answer) {
        store.answered(lane, answer);
        Digest last = lane.chain().get(lane.chain().size() - 1);
        for (Lane held : store.view(marks).lanes(last)) {
            if (held.id() == lane.id() && held.chain().size() > lane.chain().size()) {
                Digest link = held.chain().get(held.chain().size() - 1);
                write(new LaneRecord.Answered(lane.id(), link, answer), null);
                recorded.put(lane.id(), held);
                return held;
            }
        }
        return lane;
    }

    void forget(Lane lane) {
        store.forget(lane);
        write(new LaneRecord.Forgotten(lane.id()), null);
        recorded.remove(lane.id());
    }

    /** Tells whether a lane is held whose chain has that link. */
    boolean holds(long lane, Digest link) {
        return store.view(marks).lanes(link).stream().anyMatch(held -> held.id() == lane);
    }

    private void write(LaneRecord record, @Nullable Lane before) {
        records.add(LaneRecord.write(record, before));
    }

    /**
     * Ends the process and starts another one that reads the records.
     *
     * @return the new ids of lanes by their old ones
     */
    Map<Long, Long> restart() {
        Map<Long, Lane> lanes = new LinkedHashMap<>();
        Map<Digest, AgentState> agents = new HashMap<>();
        for (byte[] bytes : records) {
            LaneRecord record = LaneRecord.read(bytes, lanes::get);
            if (record instanceof LaneRecord.Served served) {
                lanes.remove(served.lane().id()); // the one served last stands last
                lanes.put(served.lane().id(), served.lane());
            } else if (record instanceof LaneRecord.Answered answered) {
                lanes.computeIfPresent(answered.lane(), (id, lane) -> lane.answered(answered.answer(), answered.link()));
            } else if (record instanceof LaneRecord.Forgotten forgotten) {
                lanes.remove(forgotten.lane());
            } else if (record instanceof LaneRecord.Agent agent) {
                agents.put(agent.state().scope(), agent.state());
            }
        }
        lanes.values().removeIf(lane -> !isHeld(lane));
        store = newStore();
        records.clear();
        recorded.clear();
        agents.values().forEach(this::load);
        Map<Long, Long> ids = new HashMap<>();
        lanes.forEach((id, lane) -> ids.put(
                id,
                commit(new LedgerEntry(lane.withId(Lane.NO_ID), agents.getOrDefault(lane.scope(), AgentState.unseen(lane.scope()))))
                        .id()));
        return ids;
    }

    private boolean isHeld(Lane lane) {
        return !lane.chain().isEmpty()
                && holds(lane.id(), lane.chain().get(lane.chain().size() - 1));
    }

    /** The store takes what lanes share only with a lane. */
    private void load(AgentState agent) {
        Start start = new Start(0, false, false, 0, agent.scope(), false);
        Lane lane = new Lane(Lane.NO_ID, -1, agent.scope(), start, List.of(), List.of(), java.util.Optional.empty());
        forget(commit(new LedgerEntry(lane, agent)));
    }
}
