package io.kvkeep.section;

/**
 * A contiguous piece of system text with a name, a kind and a stability.
 *
 * @param name the rule's name, or {@code text} for what no rule names
 * @param kind what it is about
 * @param stability whether it is expected to change
 * @param start offset of the piece's first character, separators included
 * @param end offset behind the piece's last character, separators included
 * @param valueStart offset of the first character without separators
 * @param valueEnd offset behind the last character without separators
 */
public record Section(String name, Kind kind, Stability stability, int start, int end, int valueStart, int valueEnd) {

    /** Checks the order of the offsets. */
    public Section {
        if (start < 0 || valueStart < start || valueEnd < valueStart || end < valueEnd) {
            throw new IllegalArgumentException("section " + name + " has offsets out of order: " + start + ", "
                    + valueStart + ", " + valueEnd + ", " + end);
        }
    }

    static Section plain(int start, int end) {
        return new Section("text", Kind.OTHER, Stability.STABLE, start, end, start, end);
    }

    /** Tells whether it is expected to change. */
    public boolean isVolatile() {
        return stability == Stability.VOLATILE;
    }

    /** Returns the section's text without separators. */
    public String value(String text) {
        return text.substring(valueStart, valueEnd);
    }
}
