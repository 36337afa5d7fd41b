package io.kvkeep.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Chain;
import io.kvkeep.lane.Digest;
import io.kvkeep.lane.DigestMemo;
import io.kvkeep.lane.LaneIndex;
import io.kvkeep.lane.Links;
import io.kvkeep.lane.RecentDigests;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.LaneRecord;
import io.kvkeep.ledger.Learned;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.ledger.Sent;
import io.kvkeep.section.SectionRule;
import io.kvkeep.settle.LearnedSections;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Over the usual length: memory, eviction and records have to change together under one lock; what they consist of has
 * classes of its own.
 */
/**
 * All lanes, bounded in bytes.
 *
 * <p>When there are too many, the tenant that holds most gives its lane that was served longest ago: one tenant's flood
 * never costs another its prefix. A cache that weighs how often an entry was used would refuse new lanes in favour of
 * old ones, and a conversation that has just begun is the one that will go on.
 *
 * <p>On disk, every change is a record that outlives the process before the call returns. Only {@link #commit} leaves that
 * to {@link #written} or the next change, whichever is first: nobody counts on what was sent before the client hears of
 * it. The clients' prompts are there only as far as the ledger must replay them.
 */
@SuppressWarnings("ReferenceEquality") // the very lane that is held, not an equal one; digests are shared
/*
 * Over the usual length: lanes, slots and what agents share change together, under one lock, and each change is recorded
 * where it is made; index, sizes, slots and marks have classes of their own.
 */
public final class LaneStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneStore.class);
    private static final int MAX_AGENTS = 10_000;
    private static final int SHARE_OF_AGENTS = 8;
    private static final long LEAST_AGENT_BYTES = 1 << 20;
    /** Of lanes that look alike to an engine the newest count; it has room for few anyway. */
    private static final int MAX_ALIKE = 64;

    private long maxBytes;
    private final LongSupplier clockMillis;
    private final Map<Long, HeldLane> lanes = new HashMap<>();
    private final Map<Long, TenantLanes> tenants = new HashMap<>();
    private final Map<Group, Alike> groups = new HashMap<>();
    private final LaneIndex index = new LaneIndex();
    private final LaneIndex sessions = new LaneIndex();
    private final Cache<Digest, AgentState> agents;
    private final Cache<LearnedSections.AgentKey, List<SectionRule>> rules = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_AGENTS)
            .build();
    private final LearnedSections learned = new LearnedSections(this::rules, this::keep);
    private final Slots slots = new Slots();
    private final DigestMemo memo = new RecentDigests();
    private final Consumer<byte[]> records;
    /** Takes a record that may wait for {@link #written} or the next one. */
    private final Consumer<byte[]> waiting;

    private @Nullable LaneLog log;
    private long lastId;
    private long turn;
    private long goneMillis = Long.MIN_VALUE;
    private long bytes;

    /**
     * Starts empty, in memory alone.
     *
     * @param maxBytes about how much memory the lanes may take
     * @param clockMillis tells the time
     */
    public LaneStore(long maxBytes, LongSupplier clockMillis) {
        this(maxBytes, clockMillis, record -> {});
    }

    /**
     * Starts empty.
     *
     * @param maxBytes about how much memory the lanes may take
     * @param clockMillis tells the time
     * @param records gets a record of every change; {@link #load} makes the same lanes of them
     */
    public LaneStore(long maxBytes, LongSupplier clockMillis, Consumer<byte[]> records) {
        this(maxBytes, clockMillis, records, records);
    }

    private LaneStore(long maxBytes, LongSupplier clockMillis, Consumer<byte[]> records, Consumer<byte[]> waiting) {
        this.maxBytes = maxBytes;
        this.agents = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(agentBytes(maxBytes))
                .weigher((Digest scope, AgentState state) -> state.bytes())
                .build();
        this.clockMillis = clockMillis;
        this.records = records;
        this.waiting = waiting;
    }

    /**
     * Starts with what is on disk, and keeps everything there.
     *
     * @param directory is the ledger's own; readable by its owner alone
     * @param maxBytes about how much memory the lanes may take
     * @param clockMillis tells the time
     * @throws IOException if the directory can't be used
     */
    public static LaneStore onDisk(Path directory, long maxBytes, LongSupplier clockMillis) throws IOException {
        LaneLog[] opened = new LaneLog[1]; // null while it is read, when nothing is written
        LaneStore store = new LaneStore(
                maxBytes, clockMillis, record -> opened[0].append(record), record -> opened[0].keep(record));
        int[] unread = new int[1];
        LaneLog log = new LaneLog(directory, record -> unread[0] += store.load(record) ? 0 : 1);
        if (unread[0] > 0) {
            LOG.warn("{} records of the ledger in {} were not understood and are left out", unread[0], directory);
        }
        opened[0] = log;
        store.log = log;
        log.start(store::live);
        return store;
    }

    /**
     * Returns what the core may see for a request.
     *
     * @param steering how lanes are kept apart
     * @param of what was learned of the tenant's agents
     */
    public LedgerView view(Steering steering, Learned of) {
        return new View(steering, of);
    }

    /** Keeps what a request adds, and returns its lane. */
    public synchronized Lane commit(LedgerEntry entry) {
        AgentState agent = entry.agent();
        if (!agent.equals(agents.getIfPresent(agent.scope()))) {
            agents.put(agent.scope(), agent);
            waiting.accept(LaneRecord.write(new LaneRecord.Agent(agent), null));
        }
        HeldLane held = lanes.get(entry.lane().id());
        Lane known = held == null ? null : held.lane();
        boolean goesOn = known != null
                && entry.before().filter(before -> before == known).isPresent();
        Lane lane = goesOn ? entry.lane() : entry.lane().withId(++lastId);
        long now = clockMillis.getAsLong();
        Lane kept = put(lane, ++turn, now);
        waiting.accept(LaneRecord.write(new LaneRecord.Served(kept, turn, now), goesOn ? known : null));
        if (entry.slot().isPresent() && slots.taken(entry.slot().getAsInt(), kept.id())) {
            LaneRecord placed = new LaneRecord.Placed(kept.id(), entry.slot().getAsInt());
            waiting.accept(LaneRecord.write(placed, null));
        }
        return kept;
    }

    /** Has everything that was committed outlive the process. */
    public void written() {
        LaneLog open = log;
        if (open != null) {
            open.flush();
        }
    }

    /**
     * Keeps a lane in another form.
     *
     * @return false if it has gone on since, and nothing was kept
     */
    public synchronized boolean renew(LedgerEntry entry) {
        HeldLane held = lanes.get(entry.lane().id());
        boolean same = held != null
                && entry.before().filter(before -> before == held.lane()).isPresent();
        if (same) {
            commit(entry);
            entry.slot().ifPresent(slots::changed);
            written();
        }
        return same;
    }

    /** Keeps the answer to the request that made a lane what it is; nothing if the lane has gone on meanwhile. */
    public synchronized void answered(Lane lane, Emitted answer) {
        HeldLane held = lanes.get(lane.id());
        if (held != null && held.lane() == lane && !lane.chain().isEmpty()) {
            Digest link = Chain.behind(lane.chain().get(lane.chain().size() - 1), answer);
            put(lane.answered(answer, link), held.turn(), clockMillis.getAsLong());
            write(new LaneRecord.Answered(lane.id(), held.turn(), link, answer), null);
        }
    }

    /**
     * Takes back what a request added: the engine did not take it.
     *
     * @param lane as it was committed
     * @param before the lane from which it went on; what that says was sent the engine still has
     */
    public synchronized void forget(Lane lane, Optional<Lane> before) {
        Optional<Lane> old = before.filter(one -> one.id() == lane.id());
        HeldLane held = lanes.get(lane.id());
        if (old.isEmpty()) {
            remove(lane.id());
            write(new LaneRecord.Forgotten(lane.id()), null);
        } else if (held != null && held.lane() == lane) {
            long now = clockMillis.getAsLong();
            Lane kept = put(old.get(), ++turn, now);
            write(new LaneRecord.Served(kept, turn, now), lane);
        }
    }

    private void write(LaneRecord record, @Nullable Lane before) {
        records.accept(LaneRecord.write(record, before));
    }

    /** Returns what was learned of agents. */
    public LearnedSections learned() {
        return learned;
    }

    private List<SectionRule> rules(long tenant, String agent) {
        List<SectionRule> known = rules.getIfPresent(new LearnedSections.AgentKey(tenant, agent));
        return known == null ? List.of() : known;
    }

    private synchronized void keep(LearnedSections.AgentKey key, List<SectionRule> learnedRules) {
        rules.put(key, learnedRules);
        write(new LaneRecord.Rules(key.tenant(), key.agent(), learnedRules), null);
    }

    /** Takes a record of an earlier run; returns false if it is not one. */
    public synchronized boolean load(byte[] bytes) {
        try {
            load(LaneRecord.read(bytes, id -> {
                HeldLane held = lanes.get(id);
                return held == null ? null : held.lane();
            }));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void load(LaneRecord record) {
        if (record instanceof LaneRecord.Agent agent) {
            agents.put(agent.state().scope(), agent.state());
        } else if (record instanceof LaneRecord.Rules some) {
            rules.put(new LearnedSections.AgentKey(some.tenant(), some.agent()), some.rules());
        } else if (record instanceof LaneRecord.Forgotten forgotten) {
            remove(forgotten.lane());
        } else if (record instanceof LaneRecord.Answered answered) {
            HeldLane held = lanes.get(answered.lane());
            if (held != null
                    && held.turn() == answered.turn()
                    && held.lane().awaited().isEmpty()) {
                put(held.lane().answered(answered.answer(), answered.link()), held.turn(), held.servedMillis());
            }
        } else if (record instanceof LaneRecord.Placed placed) {
            slots.taken(placed.slot(), placed.lane());
        } else if (record instanceof LaneRecord.Served served) {
            Lane lane = served.lane();
            HeldLane held = lanes.get(lane.id());
            if (held == null || held.turn() < served.turn()) {
                put(lane, served.turn(), served.servedMillis());
            }
            lastId = Math.max(lastId, lane.id());
            turn = Math.max(turn, served.turn());
        }
    }

    /** Returns one record for each agent, each named slot and each lane, these in the order in which they were served. */
    synchronized Iterable<byte[]> live() {
        List<LaneRecord> shared = new ArrayList<>();
        agents.asMap().values().forEach(state -> shared.add(new LaneRecord.Agent(state)));
        rules.asMap().forEach((key, some) -> shared.add(new LaneRecord.Rules(key.tenant(), key.agent(), some)));
        List<HeldLane> held = new ArrayList<>(lanes.values());
        held.sort(Comparator.comparingLong(HeldLane::turn));
        slots.lanes().forEach((slot, lane) -> {
            if (lanes.containsKey(lane)) {
                shared.add(new LaneRecord.Placed(lane, slot));
            }
        });
        return () -> Stream.concat(
                        shared.stream().map(record -> LaneRecord.write(record, null)),
                        held.stream()
                                .map(one -> LaneRecord.write(
                                        new LaneRecord.Served(one.lane(), one.turn(), one.servedMillis()), null)))
                .iterator();
    }

    /** Returns the length of the file on disk; 0 without one. */
    public long diskBytes() {
        LaneLog open = log;
        return open == null ? 0 : open.bytes();
    }

    /** Returns how many records could not be written to disk. */
    public long diskMissed() {
        LaneLog open = log;
        return open == null ? 0 : open.missed();
    }

    @Override
    public void close() throws IOException {
        LaneLog open = log;
        if (open != null) {
            open.close();
        }
    }

    /**
     * Gives lanes ids behind this one from now on.
     *
     * @param id so that the lanes of two ledgers can be told apart
     */
    public synchronized void idsBehind(long id) {
        lastId = Math.max(lastId, id);
    }

    /** Takes another bound from now on. */
    public synchronized void resize(long newMaxBytes) {
        maxBytes = newMaxBytes;
        agents.policy().eviction().ifPresent(bound -> bound.setMaximum(agentBytes(newMaxBytes)));
        makeRoom();
    }

    /** What all lanes of an agent share comes on top of them: mostly some kilobytes, but whole texts if they are pinned. */
    private static long agentBytes(long maxBytes) {
        return Math.max(LEAST_AGENT_BYTES, maxBytes / SHARE_OF_AGENTS);
    }

    /** Returns about how much memory is taken by what all lanes of an agent share. */
    long agentBytes() {
        agents.cleanUp();
        return agents.asMap().values().stream().mapToLong(AgentState::bytes).sum();
    }

    /** Returns how many lanes are held. */
    public synchronized int size() {
        return lanes.size();
    }

    /** Returns about how much memory the lanes take. */
    public synchronized long bytes() {
        return bytes;
    }

    private Lane put(Lane given, long servedTurn, long servedMillis) {
        TenantLanes tenant = tenants.computeIfAbsent(given.tenant(), missing -> new TenantLanes());
        bytes -= tenant.bytes();
        Long id = given.id();
        HeldLane before = lanes.get(id);
        List<Sent> sent = tenant.hold(
                given.sent(), before == null ? List.of() : before.lane().sent());
        Group group = join(given, before, tenant);
        Lane lane = given.sharing(group.scope(), given.start().with(group.stable()), sent);
        HeldLane held = HeldLane.of(lane, servedTurn, servedMillis);
        lanes.put(id, held);
        int known = 0;
        if (before != null) {
            known = before.lane().links().common(lane.links());
            index.remove(id, before.lane().links(), known);
        }
        index.add(id, lane.links(), known);
        if (before == null || before.lane().start().session() != lane.start().session()) {
            if (before != null) {
                sessions.remove(id, session(before.lane().start().session()), 0);
            }
            sessions.add(id, session(lane.start().session()), 0);
        }
        tenant.put(id, held, before);
        bytes += tenant.bytes();
        makeRoom();
        return lane;
    }

    private void makeRoom() {
        while (bytes > maxBytes && lanes.size() > 1) {
            remove(largest().eldest());
        }
    }

    private void remove(long id) {
        HeldLane held = lanes.remove(id);
        TenantLanes tenant = held == null ? null : tenants.get(held.lane().tenant());
        if (held == null || tenant == null) {
            return;
        }
        bytes -= tenant.bytes();
        index.remove(id, held.lane().links(), 0);
        sessions.remove(id, session(held.lane().start().session()), 0);
        leave(held.lane(), tenant);
        tenant.remove(held);
        bytes += tenant.bytes();
        if (tenant.isEmpty()) {
            tenants.remove(held.lane().tenant());
        }
    }

    /** Makes a lane the newest of its group. */
    private Group join(Lane lane, @Nullable HeldLane before, TenantLanes tenant) {
        Group group = Group.of(lane);
        if (before != null && !Group.of(before.lane()).equals(group)) {
            leave(before.lane(), tenant);
        }
        Alike alike = groups.get(group);
        if (alike == null) {
            alike = new Alike(group, new ArrayDeque<>(1));
            groups.put(group, alike);
            tenant.weigh(Alike.BYTES);
        }
        alike.newest.remove(lane.id());
        alike.newest.addLast(lane.id());
        if (alike.newest.size() > MAX_ALIKE) {
            alike.newest.removeFirst();
        }
        return alike.group;
    }

    private void leave(Lane lane, TenantLanes tenant) {
        groups.computeIfPresent(Group.of(lane), (group, alike) -> {
            alike.newest.remove(lane.id());
            if (alike.newest.isEmpty()) {
                tenant.weigh(-Alike.BYTES);
            }
            return alike.newest.isEmpty() ? null : alike;
        });
    }

    private TenantLanes largest() {
        return tenants.values().stream()
                .max(Comparator.comparingLong(TenantLanes::bytes))
                .orElseThrow();
    }

    private static Links session(long id) {
        return Links.copyOf(id == 0 ? List.of() : List.of(new Digest(id, 0)));
    }

    /** Of lanes that are all alike so far, only the newest are in the index; a session finds its own all the same. */
    private synchronized List<Lane> holding(Digest link, long session) {
        long[] ids = index.get(link);
        if (session != 0 && ids.length == LaneIndex.MOST_OF_A_LINK) {
            ids = LongStream.concat(LongStream.of(ids), LongStream.of(sessions.get(new Digest(session, 0))))
                    .distinct()
                    .toArray();
        }
        List<HeldLane> held = new ArrayList<>();
        for (long id : ids) {
            HeldLane one = lanes.get(id);
            if (one != null && one.lane().links().contains(link)) {
                held.add(one);
            }
        }
        if (held.size() > 1) {
            held.sort(Comparator.comparingLong(HeldLane::turn).reversed());
        }
        List<Lane> newestFirst = new ArrayList<>(held.size());
        for (HeldLane one : held) {
            newestFirst.add(one.lane());
        }
        return newestFirst;
    }

    private synchronized int markOf(Digest scope, Digest stable, Optional<Lane> lane) {
        Alike alike = groups.get(new Group(scope, stable));
        if (alike != null
                && lane.isPresent()
                && alike.newest.getLast() == lane.get().id()) {
            return lane.get().start().mark(); // none was served since
        }
        List<HeldLane> others = new ArrayList<>();
        for (long id : alike(scope, stable)) {
            HeldLane held = lanes.get(id);
            if (held != null
                    && lane.filter(own -> own.id() == id || inOtherSlots(own.id(), id))
                            .isEmpty()) {
                others.add(held);
            }
        }
        return Marks.of(lane.map(own -> lanes.get(own.id())), others, clockMillis.getAsLong());
    }

    private List<Long> alike(Digest scope, Digest stable) {
        Alike alike = groups.get(new Group(scope, stable));
        return alike == null ? List.of() : List.copyOf(alike.newest);
    }

    private boolean inOtherSlots(long lane, long other) {
        OptionalInt slot = slots.of(lane);
        OptionalInt otherSlot = slots.of(other);
        return slot.isPresent() && otherSlot.isPresent() && slot.getAsInt() != otherSlot.getAsInt();
    }

    /** Lanes that look alike to an engine: their prompts start with the same system text. */
    private record Group(Digest scope, Digest stable) {
        static Group of(Lane lane) {
            return new Group(lane.scope(), lane.start().stable());
        }
    }

    /**
     * The lanes of a group.
     *
     * @param group its digests serve in all its lanes
     * @param newest ids
     */
    private record Alike(Group group, Deque<Long> newest) {
        /** About what a group takes in memory that has one lane. */
        static final int BYTES = 264;
    }

    private synchronized OptionalInt slotOf(int count, Digest scope, Digest stable, Optional<Lane> lane) {
        return slots.choose(count, lane.map(Lane::id), alike(scope, stable), lanes::get, clockMillis.getAsLong());
    }

    private synchronized OptionalInt passingSlot(int count) {
        return slots.unused(count, lanes::get);
    }

    /**
     * Says what came of naming a slot for a lane that went on.
     *
     * @param promptTokens the length of its prompt
     * @param cachedTokens how much of it the engine had
     */
    public synchronized void slotCameBack(int slot, long promptTokens, long cachedTokens) {
        slots.cameBack(slot, promptTokens, cachedTokens);
    }

    /** Says that a lane was sent to its slot with another prompt than before. */
    public synchronized void slotChanged(int slot) {
        slots.changed(slot);
    }

    /** Tells whether a lane that was served a short while ago is in a slot of the engine. */
    public synchronized boolean isSlotInUse(int slot) {
        return slots.isInUse(slot, lanes::get, clockMillis.getAsLong());
    }

    /** Tells whether slots are not named any more because lanes came back cold. */
    public synchronized boolean slotsFailed() {
        return slots.isStopped();
    }

    /** Says that the engine is not there: when it comes back, it holds nothing of what was sent until now. */
    public synchronized void engineGone() {
        goneMillis = clockMillis.getAsLong();
        slots.lanes().keySet().forEach(slot -> write(new LaneRecord.Placed(Lane.NO_ID, slot), null));
        slots.forget();
    }

    private synchronized boolean cold(Lane lane) {
        HeldLane held = lanes.get(lane.id());
        return held != null && held.servedMillis() <= goneMillis;
    }

    private final class View implements LedgerView {
        private final Steering steering;

        private final Learned learned;

        View(Steering steering, Learned learned) {
            this.steering = steering;
            this.learned = learned;
        }

        @Override
        public OptionalInt slot(Digest scope, Digest stable, Optional<Lane> lane, boolean passing) {
            if (steering.slots() == 0) {
                return OptionalInt.empty();
            }
            return passing ? passingSlot(steering.slots()) : slotOf(steering.slots(), scope, stable, lane);
        }

        @Override
        public boolean isCold(Lane lane) {
            return cold(lane);
        }

        @Override
        public Learned learned() {
            return learned;
        }

        @Override
        public List<Lane> lanes(Digest link) {
            return holding(link, 0);
        }

        @Override
        public List<Lane> lanes(Digest link, long session) {
            return holding(link, session);
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
            return steering.marks() ? markOf(scope, stable, lane) : LedgerView.super.mark(scope, stable, lane);
        }
    }
}
