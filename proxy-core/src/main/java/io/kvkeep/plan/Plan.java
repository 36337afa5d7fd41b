package io.kvkeep.plan;

import io.kvkeep.json.Range;
import java.util.Comparator;
import java.util.List;

/**
 * The edits for one request, in the order of the body, none overlapping another.
 *
 * @param edits empty if the request goes out as it came
 */
public record Plan(List<Edit> edits) {
    /** Leaves the request as it came. */
    public static final Plan NOTHING = new Plan(List.of());

    /** Sorts the edits; insertions at one place keep their order. */
    public Plan {
        edits = edits.stream()
                .sorted(Comparator.comparingInt((Edit edit) -> edit.range().start())
                        .thenComparingInt(edit -> edit.range().end()))
                .toList();
        for (int i = 1; i < edits.size(); i++) {
            if (edits.get(i).range().start() < edits.get(i - 1).range().end()) {
                throw new IllegalArgumentException(
                        "edits overlap at byte " + edits.get(i).range().start());
            }
        }
    }

    /** Tells whether the request goes out as it came. */
    public boolean isEmpty() {
        return edits.isEmpty();
    }

    /** Returns the body with the edits applied; the body itself if there are none. */
    public byte[] splice(byte[] body) {
        if (edits.isEmpty()) {
            return body;
        }
        byte[] out =
                new byte[body.length + edits.stream().mapToInt(Edit::growth).sum()];
        int from = 0;
        int to = 0;
        for (Edit edit : edits) {
            int kept = edit.range().start() - from;
            System.arraycopy(body, from, out, to, kept);
            to += kept;
            System.arraycopy(edit.replacement(), 0, out, to, edit.replacement().length);
            to += edit.replacement().length;
            from = edit.range().end();
        }
        System.arraycopy(body, from, out, to, body.length - from);
        return out;
    }

    /**
     * Returns where a range of the body stands after the splice.
     *
     * @param range must not begin or end inside an edit; insertions at its ends count as part of it
     */
    public Range moved(Range range) {
        int start = range.start();
        int end = range.end();
        for (Edit edit : edits) {
            if (edit.range().start() < range.start()) {
                start += edit.growth();
            }
            if (edit.range().start() <= range.end() && edit.range().end() <= range.end()) {
                end += edit.growth();
            }
        }
        return new Range(start, end);
    }
}
