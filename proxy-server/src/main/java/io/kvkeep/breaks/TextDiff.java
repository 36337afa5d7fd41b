package io.kvkeep.breaks;

import io.kvkeep.note.LineHunks;
import io.kvkeep.note.LineHunks.Hunk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The lines around the first place where two texts part.
 *
 * @param gone lines of the earlier text, up to the next that both have
 * @param come lines of the later text in their place
 */
public record TextDiff(List<String> gone, List<String> come) {
    private static final int MAX_LINES = 8;
    private static final int MAX_LOOKED_AT = 400;
    private static final int MAX_CHARS = 160;
    private static final int CHARS_BEFORE = 40;
    private static final int MAX_BYTES = 64 << 10;

    /** Copies the lists. */
    public TextDiff {
        gone = List.copyOf(gone);
        come = List.copyOf(come);
    }

    /**
     * Compares two texts.
     *
     * @return empty lists if the earlier one is the start of the later one
     */
    static TextDiff between(byte[] earlier, byte[] later) {
        int at = Arrays.mismatch(earlier, later);
        if (at < 0 || at == earlier.length) {
            return new TextDiff(List.of(), List.of());
        }
        int start = at;
        while (start > 0 && earlier[start - 1] != '\n') {
            start--;
        }
        int column = new String(earlier, start, at - start, StandardCharsets.UTF_8).length();
        List<String> old = lines(earlier, start);
        List<String> now = lines(later, start);
        List<Hunk> hunks = LineHunks.between(old, now);
        if (hunks.isEmpty()) { // they part behind what is looked at of a line that has no end
            return new TextDiff(List.of(), List.of());
        }
        Hunk first = hunks.get(0);
        return new TextDiff(
                shown(old.subList(first.beforeFrom(), first.beforeTo()), column),
                shown(now.subList(first.afterFrom(), first.afterTo()), column));
    }

    private static List<String> lines(byte[] text, int start) {
        int length = Math.min(text.length - start, MAX_BYTES);
        return List.of(new String(text, start, length, StandardCharsets.UTF_8).split("\n", MAX_LOOKED_AT));
    }

    private static List<String> shown(List<String> lines, int column) {
        List<String> shown = new ArrayList<>();
        for (String line : lines.subList(0, Math.min(MAX_LINES, lines.size()))) {
            int from = shown.isEmpty() ? Math.max(0, Math.min(column - CHARS_BEFORE, line.length() - MAX_CHARS)) : 0;
            int to = Math.min(line.length(), from + MAX_CHARS);
            shown.add((from > 0 ? "..." : "") + line.substring(from, to) + (to < line.length() ? "..." : ""));
        }
        if (lines.size() > MAX_LINES) {
            shown.add("... " + (lines.size() - MAX_LINES) + " more lines");
        }
        return shown;
    }
}
