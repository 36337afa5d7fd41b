package io.kvkeep.note;

import io.kvkeep.note.LineHunks.Hunk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What differs between two texts, in whole lines: those that are gone, and those that came, each with the line behind
 * which they stand. Empty lines are not told.
 */
public final class LineChanges {
    private final List<String> before;
    private final List<String> after;
    private final List<String> gone = new ArrayList<>();
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

    /** Returns the characters in the lines that are gone or came. */
    public int chars() {
        int chars = gone.stream().mapToInt(String::length).sum();
        return chars
                + added.stream()
                        .flatMap(run -> run.lines.stream())
                        .mapToInt(String::length)
                        .sum();
    }

    /**
     * Returns the changes in words for the model: first what is gone, last what came.
     *
     * @param part what changed, as it is named in a sentence; empty if it is clear
     * @param places whether the place of what came matters
     */
    public String told(String part, boolean places) {
        StringBuilder out = new StringBuilder();
        // "Lines": of two notes on a part the later one holds, so one that does not tell the whole part has to say so.
        if (!gone.isEmpty()) {
            out.append("Lines gone")
                    .append(part.isEmpty() ? "" : " from " + part)
                    .append(":\n");
            gone.forEach(line -> out.append(line).append('\n'));
        }
        for (Added run : added) {
            boolean first = out.length() == 0;
            out.append(!first ? "New" : part.isEmpty() ? "Lines new" : "Lines new in " + part);
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
