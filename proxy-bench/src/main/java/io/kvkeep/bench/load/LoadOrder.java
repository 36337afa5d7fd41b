package io.kvkeep.bench.load;

import io.kvkeep.bench.engine.Pace;

/**
 * What the load program shall do next: one line on its standard input.
 *
 * @param goesOn whether each request is the next turn of a conversation; otherwise each stands alone
 */
public record LoadOrder(
        int port,
        int connections,
        int bodyBytes,
        boolean goesOn,
        boolean stream,
        Pace pace,
        int millis,
        long firstSerial) {
    /** Refuses an order without connections or time. */
    public LoadOrder {
        if (connections < 1 || millis < 1) {
            throw new IllegalArgumentException("connections " + connections + ", millis " + millis);
        }
    }

    /** The order as a line. */
    public String line() {
        return port + " " + connections + " " + bodyBytes + " " + goesOn + " " + stream + " " + pace.chunks() + " "
                + pace.gapMicros() + " " + millis + " " + firstSerial;
    }

    /** Reads what {@link #line} wrote. */
    public static LoadOrder parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 9) {
            throw new IllegalArgumentException("want 9 words: " + line);
        }
        return new LoadOrder(
                Integer.parseInt(words[0]),
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                Boolean.parseBoolean(words[3]),
                Boolean.parseBoolean(words[4]),
                new Pace(Integer.parseInt(words[5]), Integer.parseInt(words[6])),
                Integer.parseInt(words[7]),
                Long.parseLong(words[8]));
    }
}
