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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Conversations of one agent, each of its own session: eight messages behind the system text, a note of 1,000 bytes and
 * more with memory and clock in the first of them, and an answer of 300 characters that the agent has not sent back.
 */
final class PlainLanes {
    static final int MESSAGES = 8;

    /** What the conversations have in common. */
    enum Common {
        /** The agent alone. */
        NOTHING,
        /** The memory in the first note; the clock in it differs. */
        MEMORY,
        /** The whole first note. */
        NOTE,
        /** The first four messages; the notes differ. */
        OPENING
    }

    private final SplittableRandom random = new SplittableRandom(5);
    private final LaneStore store;
    private final Common common;
    private final String memory = text(900);
    private final String clock = text(60);
    private final List<Digest> opening = links(4);

    PlainLanes(LaneStore store, Common common) {
        this.store = store;
        this.common = common;
    }

    /** Adds a conversation and returns it as it was served; its answer makes it one link longer. */
    Lane add() {
        List<Digest> chain = new ArrayList<>(common == Common.OPENING ? opening : List.of());
        chain.addAll(links(MESSAGES - chain.size()));
        Digest scope = new Digest(1, 2); // each of its own, as requests bring them
        Start start = new Start(random.nextLong(), true, true, 0, new Digest(3, 4), false);
        Lane lane = new Lane(Lane.NO_ID, 0, scope, start, chain, List.of(note()), Optional.empty());
        Lane served = store.commit(new LedgerEntry(lane, AgentState.unseen(scope)));
        store.answered(served, answer());
        return served;
    }

    List<Digest> links(int count) {
        List<Digest> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            links.add(new Digest(random.nextLong(), random.nextLong()));
        }
        return links;
    }

    private Emitted answer() {
        return new Emitted(text(300), "", List.of());
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

    private String text(int length) {
        StringBuilder text = new StringBuilder(length + 16);
        while (text.length() < length) {
            text.append(Long.toHexString(random.nextLong()));
        }
        return text.substring(0, length);
    }
}
