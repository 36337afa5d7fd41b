package io.kvkeep.store;

import io.kvkeep.answer.Emitted;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Sent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lane as the store holds it.
 *
 * @param lane what is known
 * @param turn the count of all requests when it was last served; higher is later
 * @param servedMillis when it was last served, on the store's clock
 * @param sentBytes about what its sent messages take in memory
 * @param bytes about what all of it takes in memory
 */
record HeldLane(Lane lane, long turn, long servedMillis, int sentBytes, int bytes) {
    /*
     * Sizes of objects on a 64-bit machine with compressed references; docs/speed.md compares them with the heap. What
     * branches of a conversation share is counted in each of them.
     */
    private static final int LANE_BYTES = 440;
    /** A digest, its places in chain and index. */
    private static final int LINK_BYTES = 104;

    private static final int SENT_BYTES = 110;
    private static final int TEXT_BYTES = 40;
    private static final int VALUE_BYTES = TEXT_BYTES + 60;
    private static final int EMITTED_BYTES = 64;
    private static final int CALL_BYTES = 32;

    /**
     * Weighs a lane.
     *
     * @param before the lane as it was held so far, if it was: what it has in common with that is not weighed again
     */
    static HeldLane of(Lane lane, long turn, long servedMillis, @Nullable HeldLane before) {
        List<Sent> sent = lane.sent();
        int weighed = 0;
        int sentBytes = 0;
        if (before != null && startsWith(sent, before.lane.sent())) {
            weighed = before.lane.sent().size();
            sentBytes = before.sentBytes;
        }
        for (Sent one : sent.subList(weighed, sent.size())) {
            sentBytes += bytes(one);
        }
        int awaited = lane.awaited().map(HeldLane::bytes).orElse(0);
        int bytes = LANE_BYTES + LINK_BYTES * lane.chain().size() + sentBytes + awaited;
        return new HeldLane(lane, turn, servedMillis, sentBytes, bytes);
    }

    @SuppressWarnings("ReferenceEquality") // what is kept is handed on as it is
    private static boolean startsWith(List<Sent> sent, List<Sent> start) {
        int same = 0;
        while (same < start.size() && same < sent.size() && sent.get(same) == start.get(same)) {
            same++;
        }
        return same == start.size();
    }

    private static int bytes(Sent sent) {
        int bytes = SENT_BYTES + sent.note().length;
        for (var value : sent.values().values()) {
            bytes += VALUE_BYTES + value.map(HeldLane::bytes).orElse(0);
        }
        return bytes + sent.emitted().map(HeldLane::bytes).orElse(0);
    }

    private static int bytes(Emitted emitted) {
        int bytes = EMITTED_BYTES + bytes(emitted.text()) + bytes(emitted.reasoning());
        for (Emitted.Call call : emitted.calls()) {
            bytes += CALL_BYTES + bytes(call.name()) + bytes(call.arguments());
        }
        return bytes;
    }

    /** A character takes one byte if all of the text is Latin-1, and two otherwise (JEP 254). */
    private static int bytes(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return TEXT_BYTES + 2 * text.length();
            }
        }
        return TEXT_BYTES + text.length();
    }
}
