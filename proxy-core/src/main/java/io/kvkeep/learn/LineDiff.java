package io.kvkeep.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where two texts differ, by lines: what is equal at both ends goes first, then the rest is parted at lines that stand
 * once in each of the texts ("patience diff"). Not the shortest difference, but found in n log n.
 */
final class LineDiff {
    private final Lines old;
    private final Lines now;
    private final List<Hunk> hunks = new ArrayList<>();

    private LineDiff(Lines old, Lines now) {
        this.old = old;
        this.now = now;
    }

    /** Returns the hunks in the order of the texts. */
    static List<Hunk> between(Lines old, Lines now) {
        LineDiff diff = new LineDiff(old, now);
        Hunk middle = diff.trim(new Hunk(0, old.count(), 0, now.count()));
        int oldFrom = middle.oldFrom;
        int from = middle.from;
        for (int[] anchor : diff.anchors(middle)) {
            diff.add(new Hunk(oldFrom, anchor[0], from, anchor[1]));
            oldFrom = anchor[0] + 1;
            from = anchor[1] + 1;
        }
        diff.add(new Hunk(oldFrom, middle.oldTo, from, middle.to));
        return diff.hunks;
    }

    private void add(Hunk gap) {
        Hunk hunk = trim(gap);
        if (hunk.oldFrom < hunk.oldTo || hunk.from < hunk.to) {
            hunks.add(hunk);
        }
    }

    private Hunk trim(Hunk hunk) {
        int oldFrom = hunk.oldFrom;
        int oldTo = hunk.oldTo;
        int from = hunk.from;
        int to = hunk.to;
        while (oldFrom < oldTo && from < to && now.isSame(from, old, oldFrom)) {
            oldFrom++;
            from++;
        }
        while (oldFrom < oldTo && from < to && now.isSame(to - 1, old, oldTo - 1)) {
            oldTo--;
            to--;
        }
        return new Hunk(oldFrom, oldTo, from, to);
    }

    /** Returns pairs of equal lines (old, new) that stand once on each side; the longest rising run of them. */
    private List<int[]> anchors(Hunk hunk) {
        Map<Integer, Integer> oldLines = once(old, hunk.oldFrom, hunk.oldTo);
        Map<Integer, Integer> lines = once(now, hunk.from, hunk.to);
        List<int[]> pairs = new ArrayList<>();
        for (int line = hunk.from; line < hunk.to; line++) {
            int oldLine =
                    lines.getOrDefault(now.hash(line), -1) == line ? oldLines.getOrDefault(now.hash(line), -1) : -1;
            if (oldLine >= 0 && now.isSame(line, old, oldLine)) {
                pairs.add(new int[] {oldLine, line});
            }
        }
        return rising(pairs);
    }

    /** Maps the hashes that occur once to their lines; the others to -1. */
    private static Map<Integer, Integer> once(Lines lines, int from, int to) {
        Map<Integer, Integer> once = new HashMap<>();
        for (int line = from; line < to; line++) {
            once.merge(lines.hash(line), line, (one, another) -> -1);
        }
        return once;
    }

    /** Returns the longest run of pairs whose first elements rise. */
    private static List<int[]> rising(List<int[]> pairs) {
        int[] tails = new int[pairs.size()];
        int[] before = new int[pairs.size()];
        int length = 0;
        for (int i = 0; i < pairs.size(); i++) {
            int low = 0;
            int high = length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                boolean smaller = pairs.get(tails[middle])[0] < pairs.get(i)[0];
                low = smaller ? middle + 1 : low;
                high = smaller ? high : middle;
            }
            before[i] = low == 0 ? -1 : tails[low - 1];
            tails[low] = i;
            length = Math.max(length, low + 1);
        }
        int[][] run = new int[length][];
        int at = length == 0 ? -1 : tails[length - 1];
        for (int i = length - 1; i >= 0; i--) {
            run[i] = pairs.get(at);
            at = before[at];
        }
        return Arrays.asList(run);
    }

    /**
     * A place where the texts differ.
     *
     * @param oldFrom first line of the old text
     * @param oldTo behind its last line
     * @param from first line of the new text
     * @param to behind its last line
     */
    record Hunk(int oldFrom, int oldTo, int from, int to) {}
}
