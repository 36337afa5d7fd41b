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
 * Fills a ledger with lanes of the usual shape and searches it.
 *
 * <p>Four at a time: a conversation of ten messages with a note of 600 characters in two sections and two restored calls
 * of 200 characters, a branch of it, and two side requests of one message. Each waits for an answer.
 */
final class ManyLanes {
    private static final int SEARCHES = 200_000;
    private static final Digest SCOPE = new Digest(1, 2);

    private final SplittableRandom random = new SplittableRandom(5);
    private final List<Digest> lastLinks = new ArrayList<>();
    private final LaneStore store;

    ManyLanes(LaneStore store) {
        this.store = store;
    }

    /** Adds lanes until there are so many. */
    void fill(int lanes) {
        while (store.size() < lanes) {
            Lane talk = add(links(10), List.of(note(), Sent.answer(1, call()), Sent.answer(3, call())), call());
            List<Digest> branch = new ArrayList<>(talk.chain().subList(0, 9));
            branch.addAll(links(1));
            add(branch, talk.sent(), call());
            add(links(1), List.of(), new Emitted(text(40), "", List.of()));
            add(links(1), List.of(), new Emitted(text(40), "", List.of()));
            lastLinks.add(talk.chain().get(9));
        }
    }

    /** Returns the nanoseconds of a search whose last two messages are new. */
    double searchNanos() {
        LedgerView view = store.view(new Steering(true, 0), Learned.NOTHING);
        long begin = System.nanoTime();
        int found = 0;
        for (int i = 0; i < SEARCHES; i++) {
            Digest known = lastLinks.get(random.nextInt(lastLinks.size()));
            List<Digest> chain = List.of(SCOPE, known, links(1).get(0), links(1).get(0));
            found += Linked.find(chain, List.of(), 0, view, 0, Map.of()).known();
        }
        if (found != 2 * SEARCHES) {
            throw new IllegalStateException("found " + found);
        }
        return (System.nanoTime() - begin) / (double) SEARCHES;
    }

    private Lane add(List<Digest> chain, List<Sent> sent, Emitted answer) {
        Start start = new Start(0, true, true, 0, SCOPE, false);
        Lane lane = new Lane(Lane.NO_ID, 0, SCOPE, start, chain, sent, Optional.empty());
        Lane served = store.commit(new LedgerEntry(lane, AgentState.unseen(SCOPE)));
        store.answered(served, answer);
        return served;
    }

    private Sent note() {
        return Sent.note(
                0,
                text(600).getBytes(US_ASCII),
                Map.of("memory", Optional.of(text(440)), "clock", Optional.of(text(60))));
    }

    private Emitted call() {
        return new Emitted("", "", List.of(new Emitted.Call("tool", text(200))));
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
