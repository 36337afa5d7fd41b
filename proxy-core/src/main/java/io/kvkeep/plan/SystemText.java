package io.kvkeep.plan;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.JsonString.Decoded;
import io.kvkeep.json.Range;
import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One system text, cut, with the place of each volatile section in the body.
 *
 * @param decoded its characters and where they stand
 * @param cut its sections
 * @param volatiles its volatile sections in order
 */
record SystemText(Decoded decoded, Cut cut, List<Piece> volatiles) {

    static SystemText read(Decoded decoded, Cutter cutter) {
        JsonString json = decoded.source();
        Cut cut = cutter.cut(decoded.text());
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
    JsonString json() {
        return decoded.source();
    }

    /** Tells whether anything is left of it when the volatile sections are gone. */
    boolean isStable() {
        return cut.sections().stream().anyMatch(section -> !section.isVolatile());
    }

    /** Returns the ranges of the body that are left when the volatile sections are gone. */
    List<Range> stableRanges() {
        List<Range> ranges = new ArrayList<>();
        int from = json().start();
        for (Piece piece : volatiles) {
            ranges.add(new Range(from, piece.range().start()));
            from = piece.range().end();
        }
        ranges.add(new Range(from, json().end()));
        return ranges;
    }

    /** Returns the first characters of the stable text. */
    String stableHead(int chars) {
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
    int stableEnd() {
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
    record Piece(Section section, Range range, byte[] value) {}
}
