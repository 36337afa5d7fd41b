package io.kvkeep.json;

/**
 * A half-open range of byte offsets, {@code start} inclusive, {@code end} exclusive.
 *
 * @param start zero or more
 * @param end at least {@code start}
 */
public record Range(int start, int end) {
    /** Checks the order of both ends. */
    public Range {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("no range: " + start + " to " + end);
        }
    }

    /** Returns a range of the same length, so many bytes later. */
    public Range moved(int byBytes) {
        return new Range(start + byBytes, end + byBytes);
    }

    /** Returns the number of bytes in it. */
    public int length() {
        return end - start;
    }
}
