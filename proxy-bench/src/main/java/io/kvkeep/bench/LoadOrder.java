package io.kvkeep.bench;

/** What the load program shall do next: one line on its standard input. */
record LoadOrder(int port, int connections, int bodyBytes, boolean stream, Pace pace, int millis, long firstSerial) {
    LoadOrder {
        if (connections < 1 || millis < 1) {
            throw new IllegalArgumentException("connections " + connections + ", millis " + millis);
        }
    }

    String line() {
        return port + " " + connections + " " + bodyBytes + " " + stream + " " + pace.chunks() + " " + pace.gapMicros()
                + " " + millis + " " + firstSerial;
    }

    static LoadOrder parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 8) {
            throw new IllegalArgumentException("want 8 words: " + line);
        }
        return new LoadOrder(
                Integer.parseInt(words[0]),
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                Boolean.parseBoolean(words[3]),
                new Pace(Integer.parseInt(words[4]), Integer.parseInt(words[5])),
                Integer.parseInt(words[6]),
                Long.parseLong(words[7]));
    }
}
