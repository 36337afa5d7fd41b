package io.kvkeep.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A prompt beside the earlier one from which it parts, part by part from the break on: names, lengths and digests, never
 * text.
 *
 * @param earlier the number of the earlier prompt, as it was told; 0 if it had none
 * @param same how many parts before the break are the same on both sides
 * @param rows what stands behind it, in order; bounded
 * @param more how many parts are left out at the end
 */
public record Sides(long earlier, int same, List<Row> rows, int more) {
    private static final int MAX_ROWS = 12;

    /** Copies the list. */
    public Sides {
        rows = List.copyOf(rows);
    }

    /** Compares two outlines from the first part that differs on. */
    static Sides of(long earlier, Outline old, Outline now, int at) {
        List<Row> rows = new ArrayList<>();
        Map<Long, Integer> oldLeft = prints(old, at);
        Map<Long, Integer> nowLeft = prints(now, at);
        int i = at;
        int j = at;
        while ((i < old.parts().size() || j < now.parts().size()) && rows.size() < MAX_ROWS) {
            Optional<Part> held = part(old, i);
            Optional<Part> here = part(now, j);
            boolean heldElsewhere =
                    held.isPresent() && nowLeft.getOrDefault(held.get().print(), 0) > 0;
            boolean hereElsewhere =
                    here.isPresent() && oldLeft.getOrDefault(here.get().print(), 0) > 0;
            boolean paired = held.isPresent()
                    && here.isPresent()
                    && (held.get().reads() == here.get().reads()
                            || heldElsewhere == hereElsewhere
                                    && held.get().kind() == here.get().kind());
            boolean takesHeld = paired || here.isEmpty() || (held.isPresent() && !heldElsewhere);
            boolean takesHere = paired || !takesHeld;
            Row row = new Row(
                    takesHeld ? held.map(Piece::of) : Optional.empty(),
                    takesHere ? here.map(Piece::of) : Optional.empty(),
                    i,
                    j);
            rows.add(row);
            if (takesHeld) {
                oldLeft.merge(held.orElseThrow().print(), -1, Integer::sum);
                i++;
            }
            if (takesHere) {
                nowLeft.merge(here.orElseThrow().print(), -1, Integer::sum);
                j++;
            }
        }
        return new Sides(
                earlier, at, rows, Math.max(old.parts().size() - i, now.parts().size() - j));
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
    public record Row(Optional<Piece> held, Optional<Piece> now, int heldPart, int nowPart) {
        /** Tells whether both sides are the same. */
        public boolean isSame() {
            return held.isPresent() && held.equals(now);
        }
    }

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
