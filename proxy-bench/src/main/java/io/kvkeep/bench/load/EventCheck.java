package io.kvkeep.bench.load;

import io.kvkeep.bench.engine.Answers;
import io.kvkeep.bench.engine.Stamp;
import java.io.IOException;

/** Follows the events of one streamed answer: all chunks in order, nothing lost, the end mark last. */
final class EventCheck {
    private final String serial;
    private final int chunks;
    private final Samples delays;
    private String checksum = "";
    private int seen;
    private boolean done;

    EventCheck(String serial, int chunks, Samples delays) {
        this.serial = serial;
        this.chunks = chunks;
        this.delays = delays;
    }

    void add(String event, long arrivedNanos) throws IOException {
        if (done || !(event.equals(Answers.DONE) || event.contains(serial))) {
            throw new IOException("not an event of " + serial + ": " + event);
        }
        done = event.equals(Answers.DONE);
        if (checksum.isEmpty()) {
            checksum = Answers.checksumIn(event);
        }
        if (Stamp.in(event)) {
            Stamp stamp = Stamp.of(event);
            if (stamp.index() != seen) {
                throw new IOException("chunk " + stamp.index() + " where " + seen + " was due");
            }
            seen++;
            delays.add(arrivedNanos - stamp.nanos());
        }
    }

    /** The checksum of the body, once the answer is known to be whole. */
    String finish() throws IOException {
        if (!done || seen != chunks) {
            throw new IOException("stream ended after " + seen + " of " + chunks + " chunks, end mark " + done);
        }
        return checksum;
    }
}
