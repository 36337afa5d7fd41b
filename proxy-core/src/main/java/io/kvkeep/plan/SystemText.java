package io.kvkeep.plan;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
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
 * @param json where it stands
 * @param cut its sections
 * @param volatiles its volatile sections in order
 */
record SystemText(JsonString json, Cut cut, List<Piece> volatiles) {

    static SystemText read(JsonString json, String text, Cutter cutter) throws NotJson {
        Cut cut = cutter.cut(text);
        List<Piece> pieces = new ArrayList<>();
        JsonString.Offsets offsets = json.offsets();
        for (Section section : cut.volatileSections()) {
            int start = offsets.byteOffset(section.start());
            int valueStart = offsets.byteOffset(section.valueStart());
            int valueEnd = offsets.byteOffset(section.valueEnd());
            int end = offsets.byteOffset(section.end());
            byte[] value = Arrays.copyOfRange(json.json(), valueStart, valueEnd);
            pieces.add(new Piece(section, new Range(start, end), value));
        }
        return new SystemText(json, cut, pieces);
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
        return json.offsets().byteOffset(end);
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
