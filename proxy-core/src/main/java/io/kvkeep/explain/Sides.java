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
        Map<Long, Integer> oldLeft = prints(old, at);
        Map<Long, Integer> nowLeft = prints(now, at);
        int i = at;
        int j = at;
        while (i < old.parts().size() || j < now.parts().size()) {
            Optional<Part> held = part(old, i);
            Optional<Part> here = part(now, j);
            boolean both = held.isPresent() && here.isPresent();
            boolean alike = both && held.get().isLike(here.get());
            boolean heldElsewhere = held.isPresent() && isIn(nowLeft, held.get());
            boolean hereElsewhere = here.isPresent() && isIn(oldLeft, here.get());
            boolean paired = alike
                    || (both
                            && heldElsewhere == hereElsewhere
                            && held.get().kind() == here.get().kind());
            boolean takesHeld = paired || here.isEmpty() || (held.isPresent() && !heldElsewhere);
            boolean takesHere = paired || !takesHeld;
            if (alike) {
                sameBehind++;
                sameBehindBytes += here.get().bytes();
            } else if (rows.size() < MAX_ROWS) {
                rows.add(new Row(
                        takesHeld ? held.map(Piece::of) : Optional.empty(),
                        takesHere ? here.map(Piece::of) : Optional.empty(),
                        i,
                        j));
            } else {
                more++;
            }
            if (takesHeld) {
                oldLeft.merge(old.parts().get(i++).print(), -1, Integer::sum);
            }
            if (takesHere) {
                nowLeft.merge(now.parts().get(j++).print(), -1, Integer::sum);
            }
        }
        return new Sides(earlier, at, rows, more, sameBehind, sameBehindBytes);
    }

    private static boolean isIn(Map<Long, Integer> left, Part part) {
        return left.getOrDefault(part.print(), 0) > 0;
    }

    private static Optional<Part> part(Outline outline, int index) {
        return index < outline.parts().size() ? Optional.of(outline.parts().get(index)) : Optional.empty();
    }

    private static Map<Long, Integer> prints(Outline outline, int from) {
        Map<Long, Integer> prints = new HashMap<>();
        for (Part part : outline.parts().subList(from, outline.parts().size())) {
            prints.merge(part.print(), 1, Integer::sum);
        }
        return prints;
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
