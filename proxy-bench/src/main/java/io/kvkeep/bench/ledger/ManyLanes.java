package io.kvkeep.bench.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Learned;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.ledger.Linked;
import io.kvkeep.ledger.Sent;
import io.kvkeep.ledger.Start;
import io.kvkeep.store.LaneStore;
import io.kvkeep.store.Steering;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Fills a ledger with plain conversations of one agent and searches it.
 *
 * <p>Each has its own session, eight messages behind the system text, a note of 1,040 bytes with memory and clock in the
 * first of them, and an answer of 300 characters that the agent has not sent back.
 */
final class ManyLanes {
    private static final int SEARCHES = 200_000;
    private static final int BEGINNINGS = 5_000;
    private static final int MESSAGES = 8;
    private static final Digest SCOPE = new Digest(1, 2);

    private final SplittableRandom random = new SplittableRandom(5);
    private final List<Lane> lanes = new ArrayList<>();
    private final LaneStore store;
    private final Common common;
    private final String memory = text(900);
    private final String clock = text(60);
    private final List<Digest> opening = links(4);

    ManyLanes(LaneStore store, Common common) {
        this.store = store;
        this.common = common;
    }

    /** What the conversations have in common. */
    enum Common {
        NOTHING("the agent"),
        MEMORY("the memory in the note"),
        NOTE("the note"),
        OPENING("four messages");

        private final String words;

        Common(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** Adds lanes until there are so many. */
    void fill(int count) {
        while (store.size() < count) {
            List<Digest> chain = new ArrayList<>(common == Common.OPENING ? opening : List.of());
            chain.addAll(links(MESSAGES - chain.size()));
            Digest scope = new Digest(SCOPE.high(), SCOPE.low()); // each of its own, as requests bring them
            Start start = new Start(random.nextLong(), true, true, 0, new Digest(3, 4), false);
            Lane lane = new Lane(Lane.NO_ID, 0, scope, start, chain, List.of(note()), Optional.empty());
            Lane served = store.commit(new LedgerEntry(lane, AgentState.unseen(scope)));
            store.answered(served, new Emitted(text(300), "", List.of()));
            if (lanes.size() < 1_000) {
                lanes.add(served);
            } else {
                lanes.set(random.nextInt(lanes.size()), served);
            }
        }
    }

    /** Returns the nanoseconds of a search for a lane that goes on with two messages that are new. */
    double goesOnNanos() {
        LedgerView view = store.view(new Steering(true, 0), Learned.NOTHING);
        List<List<Digest>> chains = new ArrayList<>();
        for (Lane lane : lanes) {
            List<Digest> chain = new ArrayList<>(lane.chain());
            chain.addAll(links(2));
            chains.add(chain);
        }
        long begin = System.nanoTime();
        int found = 0;
        for (int i = 0; i < SEARCHES; i++) {
            List<Digest> chain = chains.get(i % chains.size());
            found += Linked.find(chain, List.of(), 0, view, 0, Map.of()).known();
        }
        if (found != MESSAGES * SEARCHES) {
            throw new IllegalStateException("found " + found);
        }
        return (System.nanoTime() - begin) / (double) SEARCHES;
    }

    /** Returns the nanoseconds of a search for a session that begins as others did, with a memory of its own. */
    double beginsNanos() {
        LedgerView view = store.view(new Steering(true, 0), Learned.NOTHING);
        List<Digest> chain = lanes.get(0).chain().subList(0, 4);
        Map<String, String> values = Map.of("memory", text(900), "clock", text(60));
        long begin = System.nanoTime();
        int found = 0;
        for (int i = 0; i < BEGINNINGS; i++) {
            found += Linked.find(chain, chain, chain.size(), view, 1, values).known();
        }
        if (found != 0) {
            throw new IllegalStateException("found " + found);
        }
        return (System.nanoTime() - begin) / (double) BEGINNINGS;
    }

    private Sent note() {
        boolean sameMemory = common == Common.MEMORY || common == Common.NOTE;
        Map<String, Optional<String>> values = new LinkedHashMap<>();
        values.put("memory", Optional.of(sameMemory ? memory : text(900)));
        values.put("clock", Optional.of(common == Common.NOTE ? clock : text(60)));
        String note = "<note-0123456789abcdef memory,clock>\\n"
                + values.get("memory").orElseThrow() + "\\n\\n"
                + values.get("clock").orElseThrow() + "\\n</note-0123456789abcdef>\\n\\n";
        return Sent.note(0, note.getBytes(US_ASCII), values);
    }

    private List<Digest> links(int count) {
        List<Digest> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            links.add(new Digest(random.nextLong(), random.nextLong()));
        }
        return links;
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder(length + 20);
        while (text.length() < length) {
            text.append(Long.toHexString(random.nextLong()));
        }
        return text.substring(0, length);
    }
}
