package io.kvkeep.learn;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A text in lines, with a hash for each, so that texts are compared without making a string of every line.
 *
 * <p>A little longer than most classes: all that reads the offsets is here.
 */
final class Lines {
    private static final Pattern OPENING_TAG = Pattern.compile("<[A-Za-z][^<>]{0,100}>");
    private static final int MAX_HEADING_CHARS = 200;

    private final String text;
    /** Offsets; one more than there are lines, the last is behind the text and its missing line break. */
    private final int[] starts;

    private final int[] hashes;
    /** Hashes without digits of the lines that are not blank, sorted. */
    private final int[] shapes;

    Lines(String text) {
        this.text = text;
        int count = 1;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            count++;
        }
        starts = new int[count + 1];
        hashes = new int[count];
        int[] filled = new int[count];
        int shapeCount = 0;
        int line = 0;
        int hash = 0;
        int shape = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '\n';
            if (c == '\n') {
                hashes[line] = hash;
                if (shape != 0) {
                    filled[shapeCount++] = shape;
                }
                starts[++line] = i + 1;
                hash = 0;
                shape = 0;
            } else {
                hash = 31 * hash + c;
                boolean counts = c > ' ' && (c < '0' || c > '9');
                shape = counts ? 31 * shape + c : shape;
            }
        }
        shapes = Arrays.copyOf(filled, shapeCount);
        Arrays.sort(shapes);
    }

    String text() {
        return text;
    }

    int count() {
        return hashes.length;
    }

    /** Returns the offset of a line; of the line behind the last it is the end of the text. */
    int start(int line) {
        return Math.min(starts[line], text.length());
    }

    /** Returns the offset of the first character of a line that is no blank. */
    int indented(int line) {
        int at = starts[line];
        int end = starts[line + 1] - 1;
        while (at < end && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    /** Returns a line without indentation and line break. */
    String line(int line) {
        return text.substring(indented(line), starts[line + 1] - 1);
    }

    /** Returns a line with its indentation. */
    String whole(int line) {
        return text.substring(starts[line], starts[line + 1] - 1);
    }

    boolean isBlank(int line) {
        return line(line).isBlank();
    }

    int hash(int line) {
        return hashes[line];
    }

    boolean isSame(int line, Lines other, int otherLine) {
        int length = starts[line + 1] - starts[line];
        return hashes[line] == other.hashes[otherLine]
                && length == other.starts[otherLine + 1] - other.starts[otherLine]
                && text.regionMatches(starts[line], other.text, other.starts[otherLine], length - 1);
    }

    /** Tells whether a line names what stands below it: a heading, an opening tag, a bold line, a colon at its end. */
    boolean isHeading(int line) {
        int length = starts[line + 1] - 1 - indented(line);
        if (length < 3 || length > MAX_HEADING_CHARS) {
            return false;
        }
        int at = indented(line);
        char first = text.charAt(at);
        char last = text.charAt(at + length - 1);
        if (first != '#' && first != '<' && first != '*' && last != ':' && last > ' ') {
            return false;
        }
        String heading = line(line).stripTrailing();
        return level(heading) > 0
                || heading.endsWith(":")
                || (heading.startsWith("**") && heading.endsWith("**"))
                || OPENING_TAG.matcher(heading).matches();
    }

    /** Returns how many number signs a heading has; 0 if it is of another kind. */
    static int level(String heading) {
        int signs = 0;
        while (signs < heading.length() && heading.charAt(signs) == '#') {
            signs++;
        }
        return signs <= 6 && signs < heading.length() && heading.charAt(signs) == ' ' ? signs : 0;
    }

    /** Returns how many percent of the lines are in both, blank lines, indentation and digits aside. */
    int percentIn(Lines other) {
        int same = 0;
        int i = 0;
        int j = 0;
        while (i < shapes.length && j < other.shapes.length) {
            int order = Integer.compare(shapes[i], other.shapes[j]);
            same += order == 0 ? 1 : 0;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return 100 * same / Math.max(1, Math.max(shapes.length, other.shapes.length));
    }
}
