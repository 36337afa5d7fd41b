package io.kvkeep.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Chain;
import io.kvkeep.lane.Digest;
import io.kvkeep.lane.DigestMemo;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All lanes, bounded in bytes.
 *
 * <p>When there are too many, the tenant that holds most gives its lane that was served longest ago: one tenant's flood
 * never costs another its prefix. A cache that weighs how often an entry was used would refuse new lanes in favour of
 * old ones, and a conversation that has just begun is the one that will go on.
 */
public final class LaneStore {
    private static final int MAX_AGENTS = 10_000;
    private static final int MAX_DIGESTS = 200_000;
    /** Of lanes that look alike to an engine the newest count; it has room for few anyway. */
    private static final int MAX_ALIKE = 64;

    private static final Deque<Long> NO_LANES = new ArrayDeque<>();

    private final long maxBytes;
    private final LongSupplier clockMillis;
    private final Map<Long, HeldLane> lanes = new HashMap<>();
    private final Map<Long, TenantLanes> tenants = new HashMap<>();
    private final Map<Group, Deque<Long>> groups = new HashMap<>();
    private final LaneIndex index = new LaneIndex();
    private final Cache<Digest, AgentState> agents = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_AGENTS)
            .build();
    private final Memo memo = new Memo();
    private long lastId;
    private long turn;
    private long bytes;

    /**
     * Starts empty.
     *
     * @param maxBytes about how much memory the lanes may take
     * @param clockMillis tells the time
     */
    public LaneStore(long maxBytes, LongSupplier clockMillis) {
        this.maxBytes = maxBytes;
        this.clockMillis = clockMillis;
    }

    /**
     * Returns what the core may see for a request.
     *
     * @param marks whether lanes may be kept apart by marks
     */
    public LedgerView view(boolean marks) {
        return new View(marks);
    }

    /** Keeps what a request adds, and returns its lane. */
    public synchronized Lane commit(LedgerEntry entry) {
        agents.put(entry.agent().scope(), entry.agent());
        Lane lane = entry.lane();
        HeldLane held = lanes.get(lane.id());
        if (held == null || entry.before().filter(before -> before == held.lane()).isEmpty()) {
            lane = lane.withId(++lastId);
        }
        put(lane, ++turn);
        return lane;
    }

    /** Keeps the answer to the request that made a lane what it is; nothing if the lane has gone on meanwhile. */
    public synchronized void answered(Lane lane, Emitted answer) {
        HeldLane held = lanes.get(lane.id());
        if (held != null && held.lane() == lane && !lane.chain().isEmpty()) {
            Digest link = Chain.behind(lane.chain().get(lane.chain().size() - 1), answer);
            put(lane.answered(answer, link), held.turn());
        }
    }

    /** Drops a lane: what it says was sent did not reach the engine. */
    public synchronized void forget(Lane lane) {
        remove(lane.id());
    }

    /** Returns how many lanes are held. */
    public synchronized int size() {
        return lanes.size();
    }

    /** Returns about how much memory the lanes take. */
    public synchronized long bytes() {
        return bytes;
    }

    private void put(Lane lane, long servedTurn) {
        HeldLane held = HeldLane.of(lane, servedTurn, clockMillis.getAsLong());
        HeldLane before = lanes.put(lane.id(), held);
        List<Digest> links = lane.chain();
        TenantLanes tenant = tenants.computeIfAbsent(lane.tenant(), missing -> new TenantLanes());
        int shared = 0;
        if (before != null) {
            List<Digest> old = before.lane().chain();
            while (shared < Math.min(old.size(), links.size()) && old.get(shared) == links.get(shared)) {
                shared++; // the core hands out the digests that the ledger holds
            }
            index.remove(lane.id(), old.subList(shared, old.size()));
            tenant.bytes -= before.bytes();
            bytes -= before.bytes();
            tenant.byTurn.remove(lane.id());
            leave(before.lane());
        }
        join(lane);
        index.add(lane.id(), links.subList(shared, links.size()));
        tenant.byTurn.put(lane.id(), Boolean.TRUE);
        tenant.bytes += held.bytes();
        bytes += held.bytes();
        while (bytes > maxBytes && lanes.size() > 1) {
            remove(largest().eldest());
        }
    }

    private void remove(long id) {
        HeldLane held = lanes.remove(id);
        if (held == null) {
            return;
        }
        index.remove(id, held.lane().chain());
        leave(held.lane());
        bytes -= held.bytes();
        TenantLanes tenant = tenants.get(held.lane().tenant());
        if (tenant != null) {
            tenant.bytes -= held.bytes();
            tenant.byTurn.remove(id);
            if (tenant.byTurn.isEmpty()) {
                tenants.remove(held.lane().tenant());
            }
        }
    }

    private void join(Lane lane) {
        Deque<Long> newest = groups.computeIfAbsent(Group.of(lane), missing -> new ArrayDeque<>());
        newest.addLast(lane.id());
        if (newest.size() > MAX_ALIKE) {
            newest.removeFirst();
        }
    }

    private void leave(Lane lane) {
        groups.computeIfPresent(Group.of(lane), (group, ids) -> {
            ids.remove(lane.id());
            return ids.isEmpty() ? null : ids;
        });
    }

    private TenantLanes largest() {
        return tenants.values().stream()
                .max(Comparator.comparingLong(tenant -> tenant.bytes))
                .orElseThrow();
    }

    private synchronized List<Lane> holding(Digest link) {
        List<HeldLane> held = new ArrayList<>();
        for (long id : index.get(link)) {
            HeldLane one = lanes.get(id);
            if (one != null) {
                held.add(one);
            }
        }
        held.sort(Comparator.comparingLong(HeldLane::turn).reversed());
        return held.stream().map(HeldLane::lane).toList();
    }

    private synchronized int markOf(Digest scope, Digest stable, Optional<Lane> lane) {
        List<HeldLane> others = new ArrayList<>();
        for (long id : groups.getOrDefault(new Group(scope, stable), NO_LANES)) {
            HeldLane held = lanes.get(id);
            if (held != null && lane.filter(own -> own.id() == id).isEmpty()) {
                others.add(held);
            }
        }
        return Marks.of(lane.map(own -> lanes.get(own.id())), others, clockMillis.getAsLong());
    }

    /** Lanes that look alike to an engine: their prompts start with the same system text. */
    private record Group(Digest scope, Digest stable) {
        static Group of(Lane lane) {
            return new Group(lane.scope(), lane.start().stable());
        }
    }

    /** The lanes of one tenant, the one served longest ago first. */
    private static final class TenantLanes {
        final Map<Long, Boolean> byTurn = new LinkedHashMap<>();
        long bytes;

        long eldest() {
            Iterator<Long> ids = byTurn.keySet().iterator();
            return ids.next();
        }
    }

    private final class View implements LedgerView {
        private final boolean marks;

        View(boolean marks) {
            this.marks = marks;
        }

        @Override
        public List<Lane> lanes(Digest link) {
            return holding(link);
        }

        @Override
        public AgentState agent(Digest scope) {
            AgentState known = agents.getIfPresent(scope);
            return known == null ? AgentState.unseen(scope) : known;
        }

        @Override
        public DigestMemo memo() {
            return memo;
        }

        @Override
        public int mark(Digest scope, Digest stable, Optional<Lane> lane) {
            return marks ? markOf(scope, stable, lane) : LedgerView.super.mark(scope, stable, lane);
        }
    }

    private static final class Memo implements DigestMemo {
        private final Cache<Digest, Digest> digests = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(MAX_DIGESTS)
                .build();

        @Override
        public @Nullable Digest get(Digest fingerprint) {
            return digests.getIfPresent(fingerprint);
        }

        @Override
        public void put(Digest fingerprint, Digest canonical) {
            digests.put(fingerprint, canonical);
        }
    }
}
