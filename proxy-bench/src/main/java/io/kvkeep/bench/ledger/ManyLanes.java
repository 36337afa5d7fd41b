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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Fills a ledger with lanes and searches it.
 *
 * <p>A lane has a first note of 600 characters with two sections, one call restored, and the answer that it waits for,
 * 200 characters each.
 */
final class ManyLanes {
    static final int MESSAGES = 8;

    private static final int SEARCHES = 200_000;
    private static final Digest SCOPE = new Digest(1, 2);

    private final SplittableRandom random = new SplittableRandom(5);
    private final List<Digest> lastLinks = new ArrayList<>();
    private final LaneStore store;

    ManyLanes(LaneStore store) {
        this.store = store;
    }

    /** Adds lanes until there were so many. */
    void fill(int lanes) {
        while (lastLinks.size() < lanes) {
            Lane lane = store.commit(new LedgerEntry(lane(), AgentState.unseen(SCOPE)));
            lastLinks.add(lane.chain().get(MESSAGES - 1));
            store.answered(lane, answer());
        }
    }

    /** Returns the nanoseconds of a search whose last two messages are new. */
    double searchNanos() {
        LedgerView view = store.view(new Steering(true, 0), Learned.NOTHING);
        long begin = System.nanoTime();
        int found = 0;
        for (int i = 0; i < SEARCHES; i++) {
            Digest known = lastLinks.get(random.nextInt(lastLinks.size()));
            List<Digest> chain = List.of(SCOPE, known, digest(), digest());
            found += Linked.find(chain, List.of(), 0, view, 0, Map.of()).known();
        }
        if (found != 2 * SEARCHES) {
            throw new IllegalStateException("found " + found);
        }
        return (System.nanoTime() - begin) / (double) SEARCHES;
    }

    private Lane lane() {
        List<Digest> chain = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            chain.add(digest());
        }
        Sent note = Sent.note(
                0,
                text(600).getBytes(US_ASCII),
                Map.of("memory", Optional.of(text(400)), "clock", Optional.of(text(80))));
        return new Lane(
                Lane.NO_ID,
                0,
                SCOPE,
                new Start(0, true, true, 0, SCOPE, false),
                chain,
                List.of(note, Sent.answer(1, answer())),
                Optional.empty());
    }

    private Emitted answer() {
        return new Emitted("", "", List.of(new Emitted.Call(text(12), text(200))));
    }

    private Digest digest() {
        return new Digest(random.nextLong(), random.nextLong());
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder(length + 20);
        while (text.length() < length) {
            text.append(Long.toHexString(random.nextLong()));
        }
        return text.substring(0, length);
    }
}
