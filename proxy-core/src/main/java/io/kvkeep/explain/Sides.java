package io.kvkeep.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A prompt beside the earlier one from which it parts: names, lengths and digests, never text.
 *
 * @param earlier the number of the earlier prompt, as it was told; 0 if it had none
 * @param same how many parts before the break are the same on both sides
 * @param rows what differs from the break on, in order; bounded
 * @param more how many rows are left out at the end
 * @param sameBehind how many parts behind the break are the same on both sides, and are read again all the same
 * @param sameBehindBytes their length
 */
public record Sides(long earlier, int same, List<Row> rows, int more, int sameBehind, int sameBehindBytes) {
    private static final int MAX_ROWS = 12;

    /** Copies the list. */
    public Sides {
        rows = List.copyOf(rows);
    }

    /** Compares two outlines from the first part that differs on. */
    static Sides of(long earlier, Outline old, Outline now, int at) {
        List<Row> rows = new ArrayList<>();
        int more = 0;
        int sameBehind = 0;
        int sameBehindBytes = 0;
        Map<Long, Integer> lastOld = lastPlaces(old.parts(), at);
        Map<Long, Integer> lastNow = lastPlaces(now.parts(), at);
        int i = at;
        int j = at;
        while (i < old.parts().size() || j < now.parts().size()) {
            Optional<Part> held = part(old, i);
            Optional<Part> here = part(now, j);
            boolean both = held.isPresent() && here.isPresent();
            if (both && held.get().isLike(here.get())) {
                sameBehind++;
                sameBehindBytes += here.get().bytes();
                i++;
                j++;
                continue;
            }
            boolean heldElsewhere = held.isPresent() && isFrom(j, lastNow, held.get());
            boolean hereElsewhere = here.isPresent() && isFrom(i, lastOld, here.get());
            boolean paired = both
                    && heldElsewhere == hereElsewhere
                    && held.get().kind() == here.get().kind();
            boolean takesHeld = paired || here.isEmpty() || (held.isPresent() && !heldElsewhere);
            boolean takesHere = paired || !takesHeld;
            if (rows.size() < MAX_ROWS) {
                rows.add(new Row(
                        takesHeld ? held.map(Piece::of) : Optional.empty(),
                        takesHere ? here.map(Piece::of) : Optional.empty(),
                        i,
                        j));
            } else {
                more++;
            }
            i += takesHeld ? 1 : 0;
            j += takesHere ? 1 : 0;
        }
        return new Sides(earlier, at, rows, more, sameBehind, sameBehindBytes);
    }

    private static Optional<Part> part(Outline outline, int index) {
        return index < outline.parts().size() ? Optional.of(outline.parts().get(index)) : Optional.empty();
    }

    /** Tells whether a part stands on the other side from an index on. */
    private static boolean isFrom(int index, Map<Long, Integer> lastPlaces, Part part) {
        return lastPlaces.getOrDefault(part.print(), -1) >= index;
    }

    /** Returns the index of the last part of each fingerprint. */
    private static Map<Long, Integer> lastPlaces(List<Part> parts, int from) {
        Map<Long, Integer> last = new HashMap<>(2 * (parts.size() - from));
        for (int i = from; i < parts.size(); i++) {
            last.put(parts.get(i).print(), i);
        }
        return last;
    }

    /**
     * What stands in one place on both sides.
     *
     * @param held what the earlier prompt had there; empty if the part is new
     * @param now what this one has there; empty if the part is gone
     * @param heldPart its index among the parts of the earlier prompt, or that of the part behind it
     * @param nowPart its index among the parts of this one, or that of the part behind it
     */
    public record Row(Optional<Piece> held, Optional<Piece> now, int heldPart, int nowPart) {}

    /**
     * One part of a prompt.
     *
     * @param kind section, tool or message
     * @param name the section's or the tool's name, or the role of a message
     * @param bytes its length
     * @param digest the first digits of a fingerprint of its bytes
     */
    public record Piece(String kind, String name, int bytes, String digest) {
        private static final int DIGITS = 8;

        private static Piece of(Part part) {
            return new Piece(
                    part.kind().name().toLowerCase(Locale.ROOT),
                    part.name(),
                    part.bytes(),
                    HexFormat.of().toHexDigits(part.print()).substring(0, DIGITS));
        }
    }
}
