package io.kvkeep.store;

import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Sent;

/**
 * A lane as the store holds it.
 *
 * @param lane what is known
 * @param turn the count of all requests when it was last served; higher is later
 * @param servedMillis when it was last served, on the store's clock
 * @param bytes about what it takes in memory
 */
record HeldLane(Lane lane, long turn, long servedMillis, int bytes) {
    private static final int LANE_BYTES = 400;
    /** A digest, its places in chain and index. */
    private static final int LINK_BYTES = 128;

    private static final int SENT_BYTES = 200;

    static HeldLane of(Lane lane, long turn, long servedMillis) {
        int bytes = LANE_BYTES + LINK_BYTES * lane.chain().size();
        for (Sent sent : lane.sent()) {
            bytes += SENT_BYTES + sent.note().length;
            for (var value : sent.values().entrySet()) {
                bytes += SENT_BYTES + 2 * value.getValue().map(String::length).orElse(0);
            }
            bytes += sent.emitted().map(HeldLane::bytes).orElse(0);
        }
        bytes += lane.awaited().map(HeldLane::bytes).orElse(0);
        return new HeldLane(lane, turn, servedMillis, bytes);
    }

    private static int bytes(io.kvkeep.answer.Emitted emitted) {
        int chars = emitted.text().length() + emitted.reasoning().length();
        for (var call : emitted.calls()) {
            chars += call.arguments().length() + call.name().length() + 50;
        }
        return SENT_BYTES + 2 * chars;
    }
}
