package io.kvkeep.e2e;

import java.util.List;
import java.util.Random;

/** Log lines that mean nothing; equal seeds give equal lines. */
final class Filler {
    private static final List<String> SOURCES = List.of("tides", "wind", "ferries", "gauge", "webcam", "notices");
    private static final List<String> EVENTS = List.of(
            "answered with no rows",
            "was asked again after a pause",
            "sent a page without its table",
            "came back with the rows of yesterday",
            "closed the connection in the middle of a row",
            "was read in full and stored");

    private final Random random;

    Filler(int seed) {
        this.random = new Random(seed);
    }

    /** Returns lines of at least that many characters; none for 0. */
    String lines(int chars) {
        StringBuilder text = new StringBuilder();
        while (text.length() < chars) {
            text.append(random.nextInt(100, 1_000))
                    .append(" the source ")
                    .append(SOURCES.get(random.nextInt(SOURCES.size())))
                    .append(' ')
                    .append(EVENTS.get(random.nextInt(EVENTS.size())))
                    .append('\n');
        }
        return text.toString();
    }
}
