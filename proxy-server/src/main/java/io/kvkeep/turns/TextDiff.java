package io.kvkeep.turns;

import io.kvkeep.note.LineHunks;
import io.kvkeep.note.LineHunks.Hunk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Two texts line by line, for people: what goes, what comes, and some lines around; bounded. */
final class TextDiff {
    private static final int MAX_LINES = 200;
    private static final int MAX_CHARS = 400;
    private static final int CHARS_BEFORE = 80;
    private static final int CONTEXT = 2;

    private final List<String> old;
    private final List<String> now;
    private final List<Line> lines = new ArrayList<>();

    private TextDiff(String old, String now) {
        this.old = split(old);
        this.now = split(now);
    }

    /** What is done with a line. */
    enum Mark {
        SAME,
        GONE,
        NEW,
        /** Stands for lines that are not shown. */
        SKIPPED;

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One line.
     *
     * @param mark its name
     * @param text the line, cut where it is long; how many lines there are where they are skipped
     */
    record Line(String mark, String text) {}

    /** Returns the lines; equal ones only near those that differ. */
    static List<Line> lines(String old, String now) {
        return new TextDiff(old, now).compare();
    }

    private static List<String> split(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
    }

    private List<Line> compare() {
        int from = 0;
        boolean first = true;
        for (Hunk hunk : LineHunks.between(old, now)) {
            if (first) {
                same(0, hunk.afterFrom(), true);
            } else {
                between(from, hunk.afterFrom());
            }
            first = false;
            changed(hunk.beforeFrom(), hunk.beforeTo(), hunk.afterFrom(), hunk.afterTo());
            from = hunk.afterTo();
        }
        same(from, now.size(), first);
        if (lines.size() <= MAX_LINES) {
            return lines;
        }
        List<Line> shown = new ArrayList<>(lines.subList(0, MAX_LINES));
        shown.add(skipped(lines.size() - MAX_LINES));
        return shown;
    }

    private void changed(int oldFrom, int oldTo, int from, int to) {
        List<Line> come = new ArrayList<>();
        for (int i = 0; i < Math.max(oldTo - oldFrom, to - from); i++) {
            String gone = oldFrom + i < oldTo ? old.get(oldFrom + i) : "";
            String comes = from + i < to ? now.get(from + i) : "";
            int at = firstDifference(gone, comes);
            if (oldFrom + i < oldTo) {
                lines.add(new Line(Mark.GONE.id(), cut(gone, at)));
            }
            if (from + i < to) {
                come.add(new Line(Mark.NEW.id(), cut(comes, at)));
            }
        }
        lines.addAll(come);
    }

    private void between(int from, int to) {
        if (to - from <= 2 * CONTEXT + 1) {
            same(from, to);
        } else {
            same(from, from + CONTEXT);
            lines.add(skipped(to - from - 2 * CONTEXT));
            same(to - CONTEXT, to);
        }
    }

    private void same(int from, int to, boolean beforeChange) {
        int shown = Math.min(CONTEXT, to - from);
        List<Line> skips = to - from > shown ? List.of(skipped(to - from - shown)) : Collections.emptyList();
        if (beforeChange) {
            lines.addAll(skips);
            same(to - shown, to);
        } else {
            same(from, from + shown);
            lines.addAll(skips);
        }
    }

    private void same(int from, int to) {
        for (int i = from; i < to; i++) {
            lines.add(new Line(Mark.SAME.id(), cut(now.get(i), 0)));
        }
    }

    private static Line skipped(int count) {
        return new Line(Mark.SKIPPED.id(), Integer.toString(count));
    }

    private static int firstDifference(String one, String other) {
        int most = Math.min(one.length(), other.length());
        int at = 0;
        while (at < most && one.charAt(at) == other.charAt(at)) {
            at++;
        }
        return at;
    }

    /** Shows of a long line what stands around a place. */
    static String cut(String line, int around) {
        if (line.length() <= MAX_CHARS) {
            return line;
        }
        int from = Math.max(0, Math.min(around - CHARS_BEFORE, line.length() - MAX_CHARS));
        int to = Math.min(line.length(), from + MAX_CHARS);
        return (from > 0 ? "… " : "") + line.substring(from, to) + (to < line.length() ? " …" : "");
    }
}
