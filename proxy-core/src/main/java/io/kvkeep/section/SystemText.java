package io.kvkeep.section;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.JsonString.Decoded;
import io.kvkeep.json.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * One system text, cut, with the place of each volatile section in the body.
 *
 * @param decoded its characters and where they stand
 * @param cut its sections
 * @param volatiles its volatile sections in order
 */
public record SystemText(Decoded decoded, Cut cut, List<Piece> volatiles) {

    public static SystemText of(Decoded decoded, Cut cut) {
        JsonString json = decoded.source();
        List<Piece> pieces = new ArrayList<>();
        for (Section section : cut.volatileSections()) {
            int start = decoded.byteOffset(section.start());
            int valueStart = decoded.byteOffset(section.valueStart());
            int valueEnd = decoded.byteOffset(section.valueEnd());
            int end = decoded.byteOffset(section.end());
            byte[] value = Arrays.copyOfRange(json.json(), valueStart, valueEnd);
            pieces.add(new Piece(section, new Range(start, end), value));
        }
        return new SystemText(decoded, cut, pieces);
    }

    /** Returns where it stands in the body. */
    public JsonString json() {
        return decoded.source();
    }

    /** Tells whether anything is left of it when the volatile sections are gone. */
    public boolean isStable() {
        for (Section section : cut.sections()) {
            if (!section.isVolatile()) {
                return true;
            }
        }
        return false;
    }

    /** Returns the ranges of the body that are left when some of the volatile sections are gone. */
    public List<Range> rangesWithout(Predicate<Piece> gone) {
        List<Range> ranges = new ArrayList<>();
        int from = json().start();
        for (Piece piece : volatiles) {
            if (gone.test(piece)) {
                ranges.add(new Range(from, piece.range().start()));
                from = piece.range().end();
            }
        }
        ranges.add(new Range(from, json().end()));
        return ranges;
    }

    /** Returns the first characters of the stable text. */
    public String stableHead(int chars) {
        StringBuilder head = new StringBuilder();
        for (Section section : cut.sections()) {
            if (!section.isVolatile() && head.length() < chars) {
                int end = Math.min(section.end(), section.start() + chars - head.length());
                head.append(cut.text(), section.start(), end);
            }
        }
        return head.toString();
    }

    /** Returns the offset in the body behind the stable text, before the line breaks at its end. */
    public int stableEnd() {
        int end = 0;
        for (Section section : cut.sections()) {
            int last = section.end();
            while (last > section.start() && cut.text().charAt(last - 1) == '\n') {
                last--;
            }
            if (!section.isVolatile() && last > section.start()) {
                end = last;
            }
        }
        return decoded.byteOffset(end);
    }

    /**
     * A volatile section in the body.
     *
     * @param section what it is
     * @param range its bytes, separators included
     * @param value the bytes of its value as they stand in the body, escapes and all
     */
    @SuppressWarnings("ArrayRecordComponent") // made once, read once
    public record Piece(Section section, Range range, byte[] value) {
        Piece moved(int byBytes) {
            return new Piece(section, range.moved(byBytes), value);
        }
    }
}
