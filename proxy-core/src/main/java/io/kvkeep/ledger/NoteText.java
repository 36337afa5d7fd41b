package io.kvkeep.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The bytes of a note as they stand inside a JSON string, cut into pieces: a long section is a piece of its own, so that
 * notes can share it that differ in others, such as in the clock.
 *
 * @param pieces in their order; none for no note
 */
public record NoteText(List<Piece> pieces) {
    /** No note. */
    static final NoteText NONE = new NoteText(List.of());

    /** A shorter section is not worth the objects around a piece. */
    private static final int LONG_BYTES = 256;

    /** Makes the list its own. */
    public NoteText {
        pieces = List.copyOf(pieces);
    }

    /** Cuts a note. */
    static NoteText of(byte[] note, List<Value> values) {
        List<Piece> pieces = new ArrayList<>();
        int cut = 0;
        for (Value value : values) {
            if (value instanceof Value.Within within
                    && within.start() >= cut
                    && within.end() - within.start() >= LONG_BYTES) {
                add(pieces, note, cut, within.start());
                add(pieces, note, within.start(), within.end());
                cut = within.end();
            }
        }
        add(pieces, note, cut, note.length);
        return new NoteText(pieces);
    }

    private static void add(List<Piece> pieces, byte[] note, int from, int to) {
        if (from < to) {
            pieces.add(new Piece(Arrays.copyOfRange(note, from, to)));
        }
    }

    /** Returns the number of bytes. */
    public int length() {
        int length = 0;
        for (Piece piece : pieces) {
            length += piece.bytes.length;
        }
        return length;
    }

    /** Returns the bytes; shared, not to be changed. */
    public byte[] bytes() {
        if (pieces.size() == 1) {
            return pieces.get(0).bytes;
        }
        byte[] all = new byte[length()];
        int at = 0;
        for (Piece piece : pieces) {
            System.arraycopy(piece.bytes, 0, all, at, piece.bytes.length);
            at += piece.bytes.length;
        }
        return all;
    }

    /**
     * Returns an equal note.
     *
     * @param shared gives an equal piece for each
     */
    public NoteText sharing(UnaryOperator<Piece> shared) {
        return new NoteText(pieces.stream().map(shared).toList());
    }

    /**
     * A part of a note.
     *
     * @param bytes shared, not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by its bytes
    public record Piece(byte[] bytes) {
        /** Tells whether it is a section that is worth sharing, or at least as long. */
        public boolean isLong() {
            return bytes.length >= LONG_BYTES;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Piece piece && Arrays.equals(bytes, piece.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }
}
