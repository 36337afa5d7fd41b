package io.kvkeep.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kvkeep.bench.engine.Answers;
import io.kvkeep.bench.engine.Head;
import io.kvkeep.bench.engine.Pace;
import io.kvkeep.bench.engine.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads answers off a connection and refuses any that is not exactly what the engine stand-in sends. */
final class AnswerReader {
    /** What a checked answer tells: the checksum of the body as the engine got it, and whether the connection ends here. */
    record Answer(String checksum, boolean close) {}

    private final boolean stream;
    private final Pace pace;
    private final StringBuilder text = new StringBuilder();

    AnswerReader(boolean stream, Pace pace) {
        this.stream = stream;
        this.pace = pace;
    }

    Answer read(Wire wire, String serial, Samples chunkDelays) throws IOException {
        Head head = wire.head();
        if (head == null) {
            throw new EOFException("connection closed before the answer");
        }
        text.setLength(0);
        EventCheck events = new EventCheck(serial, pace.chunks(), chunkDelays);
        if (head.chunked()) {
            readChunks(wire, events);
        } else if (head.contentLength() >= 0) {
            append(wire.take(head.contentLength()), events);
        } else {
            throw new IOException("answer without framing: " + head.startLine());
        }
        if (!head.startLine().startsWith("HTTP/1.1 200")) {
            throw new IOException(head.startLine() + ": " + text);
        }
        return new Answer(stream ? events.finish() : completion(serial), head.close());
    }

    private String completion(String serial) throws IOException {
        String checksum = Answers.checksumIn(text.toString());
        if (!Answers.completion(serial, checksum).contentEquals(text)) {
            throw new IOException("not the answer to " + serial + ": " + text);
        }
        return checksum;
    }

    private void readChunks(Wire wire, EventCheck events) throws IOException {
        for (int size = chunkSize(wire); size > 0; size = chunkSize(wire)) {
            append(wire.take(size), events);
            wire.take(2);
        }
        while (!wire.line().isEmpty()) {
            // trailers say nothing here
        }
    }

    private static int chunkSize(Wire wire) throws IOException {
        return Integer.parseInt(wire.line().strip(), 16);
    }

    private void append(ByteBuffer bytes, EventCheck events) throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        text.append(new String(copy, ISO_8859_1));
        if (!stream) {
            return;
        }
        int from = 0;
        for (int end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n", from)) {
            events.add(text.substring(from, end + 2), System.nanoTime());
            from = end + 2;
        }
        text.delete(0, from);
    }
}
