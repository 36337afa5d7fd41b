package io.kvkeep.store;

import io.kvkeep.answer.Emitted;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.NoteText.Piece;
import io.kvkeep.ledger.Sent;
import io.kvkeep.ledger.Value;

/**
 * A lane as the store holds it.
 *
 * @param lane what is known
 * @param turn the count of all requests when it was last served; higher is later
 * @param servedMillis when it was last served, on the store's clock
 * @param bytes about what it takes in memory by itself, without the messages that it may share
 */
record HeldLane(Lane lane, long turn, long servedMillis, int bytes) {
    /*
     * Sizes of objects on a 64-bit machine with compressed references, and of hash tables as empty as they get;
     * docs/speed.md compares them with the heap.
     */
    private static final int LANE_BYTES = 324;
    /** A digest in the chain and its place in the index. */
    private static final int LINK_BYTES = 16 + 27;

    /** A message of a lane, and its place among those that are shared. */
    private static final int SENT_BYTES = 80;

    private static final int NOTE_BYTES = 64;

    /** A piece of a note, and its place among those that are shared. */
    private static final int PIECE_BYTES = 42;

    private static final int SHARED_BYTES = 48;
    private static final int VALUE_BYTES = 36;
    private static final int TEXT_BYTES = 44;
    private static final int EMITTED_BYTES = 64;
    private static final int CALL_BYTES = 28;

    /** Weighs a lane. */
    static HeldLane of(Lane lane, long turn, long servedMillis) {
        int awaited = lane.awaited().map(HeldLane::bytes).orElse(0);
        int bytes = LANE_BYTES + LINK_BYTES * lane.chain().size() + awaited;
        return new HeldLane(lane, turn, servedMillis, bytes);
    }

    /** Weighs a message that one or many lanes were sent, without the pieces of its note that are shared. */
    static int bytes(Sent sent) {
        int bytes = SENT_BYTES + (sent.hasNote() ? NOTE_BYTES : 0);
        for (Piece piece : sent.note().pieces()) {
            bytes += piece.isLong() ? 0 : PIECE_BYTES + piece.bytes().length;
        }
        for (Value value : sent.values()) {
            bytes += VALUE_BYTES + (value instanceof Value.Apart apart ? bytes(apart.words()) : 0);
        }
        int content = sent.hasContent() ? NOTE_BYTES + sent.content().length : 0;
        return bytes + content + sent.emitted().map(HeldLane::bytes).orElse(0);
    }

    /** Weighs a piece that one or many notes hold. */
    static int bytes(Piece piece) {
        return PIECE_BYTES + SHARED_BYTES + piece.bytes().length;
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
