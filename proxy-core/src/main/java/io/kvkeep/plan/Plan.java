package io.kvkeep.plan;

import io.kvkeep.json.Range;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
        List<Edit> sorted = new ArrayList<>(edits);
        sorted.sort((one, other) -> inOrder(one.range(), other.range()));
        edits = List.copyOf(sorted);
        int end = 0;
        for (Edit edit : edits) {
            if (edit.range().start() < end) {
                throw new IllegalArgumentException(
                        "edits overlap at byte " + edit.range().start());
            }
            end = edit.range().end();
        }
    }

    private static int inOrder(Range one, Range other) {
        return one.start() == other.start()
                ? Integer.compare(one.end(), other.end())
                : Integer.compare(one.start(), other.start());
    }

    /** Tells whether the request goes out as it came. */
    public boolean isEmpty() {
        return edits.isEmpty();
    }

    /** Returns how many edits there are for each reason that there is one for, by the reason's name, in its order. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        for (Edit edit : edits) {
            counts.merge(edit.reason().id(), 1, Integer::sum);
        }
        return counts;
    }

    /** Returns by how many bytes the body grows. */
    public int growth() {
        int growth = 0;
        for (Edit edit : edits) {
            growth += edit.growth();
        }
        return growth;
    }

    /** Returns the body with the edits applied; the body itself if there are none. */
    public byte[] splice(byte[] body) {
        return edits.isEmpty() ? body : splice(body, new Range(0, body.length));
    }

    /**
     * Returns a range of the body with the edits applied that lie inside of it.
     *
     * @param range must not begin or end inside an edit; insertions at its ends count as part of it
     */
    public byte[] splice(byte[] body, Range range) {
        int first = firstFrom(range.start());
        int end = endWithin(range, first);
        int length = range.length();
        for (int i = first; i < end; i++) {
            length += edits.get(i).growth();
        }
        byte[] out = new byte[length];
        int from = range.start();
        int at = 0;
        for (int i = first; i < end; i++) {
            Edit edit = edits.get(i);
            int kept = edit.range().start() - from;
            System.arraycopy(body, from, out, at, kept);
            System.arraycopy(edit.replacement(), 0, out, at + kept, edit.replacement().length);
            at += kept + edit.replacement().length;
            from = edit.range().end();
        }
        System.arraycopy(body, from, out, at, range.end() - from);
        return out;
    }

    /** Returns the body with the edits applied as a row of pieces; nothing is copied. */
    public List<ByteBuffer> pieces(byte[] body) {
        List<ByteBuffer> pieces = new ArrayList<>();
        int from = 0;
        for (Edit edit : edits) {
            add(pieces, body, from, edit.range().start());
            add(pieces, edit.replacement(), 0, edit.replacement().length);
            from = edit.range().end();
        }
        add(pieces, body, from, body.length);
        return pieces;
    }

    private static void add(List<ByteBuffer> pieces, byte[] bytes, int from, int to) {
        if (to > from) {
            pieces.add(ByteBuffer.wrap(bytes, from, to - from));
        }
    }

    /** Returns the edits that lie inside of a range; insertions at its ends are among them. */
    public List<Edit> within(Range range) {
        int first = firstFrom(range.start());
        int end = endWithin(range, first);
        return first == end ? List.of() : edits.subList(first, end);
    }

    /** Returns the index behind the last edit inside of a range. */
    private int endWithin(Range range, int first) {
        int end = first;
        while (end < edits.size() && edits.get(end).range().end() <= range.end()) {
            end++;
        }
        return end;
    }

    /** Returns the index of the first edit that does not begin before an offset. */
    private int firstFrom(int offset) {
        int low = 0;
        int high = edits.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (edits.get(middle).range().start() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
