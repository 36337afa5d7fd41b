package io.kvkeep.note;

import io.kvkeep.note.LineHunks.Hunk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What differs between two texts, in whole lines: those that are gone, and those that came, each with the line behind
 * which they stand. Empty lines are not told.
 */
public final class LineChanges {
    private static final int MOST_LABEL_CHARS = 40;

    private final List<String> before;
    private final List<String> after;
    private final List<String> gone = new ArrayList<>();
    private final List<String> changed = new ArrayList<>();
    private final List<Added> added = new ArrayList<>();

    private LineChanges(String before, String after) {
        this.before = List.of(before.split("\n", -1));
        this.after = List.of(after.split("\n", -1));
    }

    /** Lines that came together. */
    private record Added(Optional<String> behind, List<String> lines) {}

    /**
     * Compares two texts.
     *
     * @return empty if a line that is gone still stands elsewhere: its mention would mislead
     */
    public static Optional<LineChanges> between(String before, String after) {
        LineChanges changes = new LineChanges(before, after);
        changes.compare();
        Set<String> left = new HashSet<>(changes.after);
        changes.added.forEach(run -> run.lines.forEach(left::remove));
        return changes.gone.stream().anyMatch(left::contains) ? Optional.empty() : Optional.of(changes);
    }

    /**
     * Tells a line that came for one with the same label as a changed one, without the old one, if no other line of
     * either text has that label: of {@code branch: main} and {@code branch: dev} the later one holds for any reader. In
     * rules that need not be so.
     */
    LineChanges byLabel() {
        Set<String> labels = new HashSet<>();
        gone.forEach(line -> label(line).ifPresent(labels::add));
        labels.removeIf(label -> !once(label, before) || !once(label, after));
        Predicate<String> isLabelled =
                line -> label(line).filter(labels::contains).isPresent();
        added.forEach(run -> run.lines.stream().filter(isLabelled).forEach(changed::add));
        Set<String> came =
                changed.stream().map(line -> label(line).orElseThrow()).collect(Collectors.toSet());
        gone.removeIf(line -> label(line).filter(came::contains).isPresent());
        added.replaceAll(run -> new Added(
                run.behind, run.lines.stream().filter(isLabelled.negate()).toList()));
        added.removeIf(run -> run.lines.isEmpty());
        return this;
    }

    /** Returns the characters in the lines that are gone or came. */
    public int chars() {
        int chars = chars(gone) + chars(changed);
        for (Added run : added) {
            chars += chars(run.lines);
        }
        return chars;
    }

    private static int chars(List<String> lines) {
        int chars = 0;
        for (String line : lines) {
            chars += line.length();
        }
        return chars;
    }

    /**
     * Returns the changes in words for the model: first what is gone, then what changed, last what came.
     *
     * @param part what changed, as it is named in a sentence; empty if it is clear
     * @param places whether the place of what came matters
     */
    public String told(String part, boolean places) {
        StringBuilder out = new StringBuilder();
        if (!gone.isEmpty()) {
            heading(out, "gone", part.isEmpty() ? "" : " from " + part).append(":\n");
            gone.forEach(line -> out.append(line).append('\n'));
        }
        if (!changed.isEmpty()) {
            heading(out, "changed", part.isEmpty() ? "" : " in " + part).append(":\n");
            changed.forEach(line -> out.append(line).append('\n'));
        }
        for (Added run : added) {
            heading(out, "new", part.isEmpty() ? "" : " in " + part);
            if (places && run.behind.isPresent()) {
                out.append(", behind the line \"")
                        .append(run.behind.get().strip())
                        .append('"');
            }
            out.append(":\n");
            run.lines.forEach(line -> out.append(line).append('\n'));
        }
        return out.toString().strip();
    }

    /** Of two notes on a part the later one holds, so the first heading of one that does not tell the whole says so. */
    private static StringBuilder heading(StringBuilder out, String what, String where) {
        boolean first = out.length() == 0;
        String capital = Character.toUpperCase(what.charAt(0)) + what.substring(1);
        return out.append(first && where.isEmpty() ? "Lines " + what : capital).append(first ? where : "");
    }

    private static Optional<String> label(String line) {
        int end = line.indexOf(": ");
        return end > 0 && end <= MOST_LABEL_CHARS ? Optional.of(line.substring(0, end + 2)) : Optional.empty();
    }

    private static boolean once(String label, List<String> lines) {
        return lines.stream().filter(line -> line.startsWith(label)).count() == 1;
    }

    private void compare() {
        for (Hunk hunk : LineHunks.between(before, after)) {
            before.subList(hunk.beforeFrom(), hunk.beforeTo()).forEach(this::gone);
            addRun(after.subList(hunk.afterFrom(), hunk.afterTo()), hunk.afterFrom());
        }
    }

    private void gone(String line) {
        if (!line.isBlank()) {
            gone.add(line);
        }
    }

    private void addRun(List<String> lines, int first) {
        List<String> told = lines.stream().filter(line -> !line.isBlank()).toList();
        if (!told.isEmpty()) {
            int behind = first - 1;
            while (behind >= 0 && after.get(behind).isBlank()) {
                behind--;
            }
            added.add(new Added(behind < 0 ? Optional.empty() : Optional.of(after.get(behind)), told));
        }
    }
}
