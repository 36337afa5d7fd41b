package io.kvkeep.learn;

import java.util.List;

/** The lines below a heading, as a shape: what it starts with and how its end is found. */
final class Block {
    private static final int MAX_LITERAL_CHARS = 120;

    private final Lines lines;
    private final int heading;

    private Block(Lines lines, int heading) {
        this.lines = lines;
        this.heading = heading;
    }

    /** Returns the shape of the block below that heading. */
    static Shape shape(Lines lines, int heading, Variation variation) {
        return new Block(lines, heading).shape(variation);
    }

    private Shape shape(Variation variation) {
        int first = heading + 1;
        while (first < lines.count() && lines.isBlank(first)) {
            first++;
        }
        if (first == lines.count()) {
            return Shape.block(variation, lines.line(heading), List.of("text-end"));
        }
        String starts = lines.text().substring(lines.indented(heading), lines.start(first));
        return Shape.block(variation, starts, until(first, end(first)));
    }

    /** Returns the line behind the block: by its kind of heading, without the blank lines at its end. */
    private int end(int first) {
        String name = lines.line(heading).stripTrailing();
        int level = Lines.level(name);
        int end = first;
        if (level > 0) {
            while (end < lines.count() && !isHeadingOf(end, level)) {
                end++;
            }
        } else {
            String closing = name.startsWith("<") ? "</" + name.substring(1).split("[\\s>]", 2)[0] + ">" : "\0";
            int close = first;
            while (close < lines.count() && !lines.line(close).startsWith(closing)) {
                close++;
            }
            while (end < lines.count() && (close < lines.count() ? end <= close : !lines.isBlank(end))) {
                end++;
            }
        }
        while (end > first + 1 && lines.isBlank(end - 1)) {
            end--;
        }
        return end;
    }

    private boolean isHeadingOf(int line, int level) {
        int other = lines.isHeading(line) ? Lines.level(lines.line(line)) : 0;
        return other > 0 && other <= level;
    }

    private List<String> until(int first, int end) {
        boolean blankInside = false;
        for (int line = first; line < end; line++) {
            blankInside |= lines.whole(line).isEmpty();
        }
        int next = end;
        while (next < lines.count() && lines.isBlank(next)) {
            next++;
        }
        if (next == lines.count()) {
            return blankInside ? List.of("text-end") : List.of("blank-line", "text-end");
        }
        if (!blankInside && lines.whole(end).isEmpty()) {
            return List.of("blank-line", "text-end");
        }
        String text = lines.text();
        int from = lines.start(end) - 1;
        int to = Math.min(lines.start(next) + lines.whole(next).length(), lines.start(next) + MAX_LITERAL_CHARS);
        to -= Character.isHighSurrogate(text.charAt(to - 1)) ? 1 : 0;
        return List.of(text.substring(from, to), "text-end");
    }
}
