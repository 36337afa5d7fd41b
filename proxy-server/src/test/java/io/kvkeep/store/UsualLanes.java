package io.kvkeep.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.Sent;
import io.kvkeep.ledger.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Lanes of the usual shape, four at a time: a conversation of ten messages with a note of 600 characters in two sections
 * and two restored calls of 200 characters, a branch of it, and two side requests of one message. Each waits for an
 * answer.
 */
final class UsualLanes {
    static final int AT_A_TIME = 4;

    private static final Digest SCOPE = new Digest(1, 2);

    private final SplittableRandom random = new SplittableRandom(5);
    private final LaneStore store;

    UsualLanes(LaneStore store) {
        this.store = store;
    }

    /** Adds four lanes and returns the conversation. */
    Lane add() {
        Lane talk = add(
                links(10),
                List.of(
                        Sent.note(
                                0,
                                text(600).getBytes(US_ASCII),
                                Map.of("memory", Optional.of(text(440)), "clock", Optional.of(text(60)))),
                        Sent.answer(1, call()),
                        Sent.answer(3, call())),
                call());
        List<Digest> branch = new ArrayList<>(talk.chain().subList(0, 9));
        branch.addAll(links(1));
        add(branch, talk.sent(), call());
        add(links(1), List.of(), new Emitted(text(40), "", List.of()));
        add(links(1), List.of(), new Emitted(text(40), "", List.of()));
        return talk;
    }

    List<Digest> links(int count) {
        List<Digest> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            links.add(new Digest(random.nextLong(), random.nextLong()));
        }
        return links;
    }

    private Lane add(List<Digest> chain, List<Sent> sent, Emitted answer) {
        Start start = new Start(0, true, true, 0, SCOPE, false);
        Lane lane = new Lane(Lane.NO_ID, 0, SCOPE, start, chain, sent, Optional.empty());
        Lane served = store.commit(new LedgerEntry(lane, AgentState.unseen(SCOPE)));
        store.answered(served, answer);
        return served;
    }

    private Emitted call() {
        return new Emitted("", "", List.of(new Emitted.Call("tool", text(200))));
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder(length + 16);
        while (text.length() < length) {
            text.append(Long.toHexString(random.nextLong()));
        }
        return text.substring(0, length);
    }
}
