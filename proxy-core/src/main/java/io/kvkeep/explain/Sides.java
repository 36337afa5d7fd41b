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
        int sameBehind = sameAtTheEnd(old, now, at);
        int oldEnd = old.parts().size() - sameBehind;
        int nowEnd = now.parts().size() - sameBehind;
        int sameBehindBytes = now.bytes() - now.bytes(nowEnd);
        Map<Long, Integer> oldLeft = prints(old.parts().subList(at, oldEnd));
        Map<Long, Integer> nowLeft = prints(now.parts().subList(at, nowEnd));
        int i = at;
        int j = at;
        while (i < oldEnd || j < nowEnd) {
            Optional<Part> held = i < oldEnd ? Optional.of(old.parts().get(i)) : Optional.empty();
            Optional<Part> here = j < nowEnd ? Optional.of(now.parts().get(j)) : Optional.empty();
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

    private static Map<Long, Integer> prints(List<Part> parts) {
        Map<Long, Integer> prints = new HashMap<>();
        for (Part part : parts) {
            prints.merge(part.print(), 1, Integer::sum);
        }
        return prints;
    }

    /** Returns how many parts are the same at both ends, not counting those before the break. */
    private static int sameAtTheEnd(Outline old, Outline now, int at) {
        int most = Math.min(old.parts().size(), now.parts().size()) - at;
        int same = 0;
        while (same < most
                && old.parts()
                        .get(old.parts().size() - 1 - same)
                        .isLike(now.parts().get(now.parts().size() - 1 - same))) {
            same++;
        }
        return same;
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
