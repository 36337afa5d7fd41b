package io.kvkeep.bench.engine;

/**
 * The content of a streamed chunk: its index and the moment just before it was written.
 *
 * <p>The moment is {@link System#nanoTime}, which all processes of one Linux machine share.
 */
public record Stamp(int index, long nanos) {
    private static final String MARK = "\"content\":\"@";

    @Override
    public String toString() {
        return "@" + nanos + " " + index + " ";
    }

    /** Whether an event carries a stamp. */
    public static boolean in(String event) {
        return event.contains(MARK);
    }

    /** Reads the stamp of an event. */
    public static Stamp of(String event) {
        int from = event.indexOf(MARK) + MARK.length();
        int space = event.indexOf(' ', from);
        int end = event.indexOf(' ', space + 1);
        return new Stamp(
                Integer.parseInt(event.substring(space + 1, end)), Long.parseLong(event.substring(from, space)));
    }
}
