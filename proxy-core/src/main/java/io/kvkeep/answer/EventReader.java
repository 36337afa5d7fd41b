package io.kvkeep.answer;

import io.kvkeep.json.NotJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer that comes as server-sent events (WHATWG HTML, 9.2.6), each with one JSON text as its data.
 *
 * <p>Stricter than the standard where an answer would lose a part unseen: a field that the standard does not know ends
 * the reading. Laxer at the end: an event that the end of the body cuts off counts if its JSON is whole. Lines end with
 * LF or CR LF; no engine sends CR alone.
 */
final class EventReader implements AnswerReader {
    private static final byte[] DATA = ascii("data");
    private static final byte[] EVENT = ascii("event");
    private static final byte[] ID = ascii("id");
    private static final byte[] RETRY = ascii("retry");
    private static final byte[] ERROR = ascii("error");
    private static final byte[] DONE = ascii("[DONE]");
    private static final byte[] LINE_FEED = {'\n'};

    private @Nullable DialectAnswer answer; // none once it was given up
    private final HeldBytes line;
    private final HeldBytes data;
    private boolean done;

    EventReader(DialectAnswer answer, int maxBytes) {
        this.answer = answer;
        this.line = new HeldBytes(maxBytes);
        this.data = new HeldBytes(maxBytes);
    }

    @Override
    public void add(byte[] bytes, int from, int to) {
        DialectAnswer open = answer;
        if (open == null || done) {
            return;
        }
        try {
            lines(open, bytes, from, to);
        } catch (NotJson e) {
            answer = null;
        }
    }

    @Override
    public boolean ended() {
        return done || (answer != null && answer.ended());
    }

    @Override
    public Optional<Emitted> finish() {
        DialectAnswer open = answer;
        if (open == null) {
            return Optional.empty();
        }
        try {
            if (!done) {
                heldLine(open);
                event(open);
            }
            return open.emitted();
        } catch (NotJson e) {
            return Optional.empty();
        }
    }

    private void lines(DialectAnswer open, byte[] bytes, int from, int to) throws NotJson {
        int at = from;
        for (int i = from; i < to && !done; i++) {
            if (bytes[i] == '\n') {
                if (line.length() == 0) {
                    line(open, bytes, at, i);
                } else {
                    line.add(bytes, at, i);
                    heldLine(open);
                }
                at = i + 1;
            }
        }
        line.add(bytes, at, to);
    }

    private void heldLine(DialectAnswer open) throws NotJson {
        int length = line.length();
        if (length > 0) {
            line.clear();
            line(open, line.bytes(), 0, length);
        }
    }

    private void line(DialectAnswer open, byte[] bytes, int from, int lineFeed) throws NotJson {
        int to = lineFeed > from && bytes[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
        if (from == to) {
            event(open);
            return;
        }
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, to);
        if (value < to && bytes[value] == ' ') {
            value++;
        }
        if (is(DATA, bytes, from, colon)) {
            if (data.length() > 0) {
                data.add(LINE_FEED, 0, 1);
            }
            data.add(bytes, value, to);
        } else if (is(EVENT, bytes, from, colon)) {
            if (is(ERROR, bytes, value, to)) {
                throw new NotJson("no error", value); // llama.cpp b11434, on /v1/messages
            }
        } else if (colon > from && !is(ID, bytes, from, colon) && !is(RETRY, bytes, from, colon)) {
            throw new NotJson("a field of an event", from);
        }
    }

    /** Ends an event; without data it is none. */
    private void event(DialectAnswer open) throws NotJson {
        int length = data.length();
        if (length > 0) {
            data.clear();
            if (is(DONE, data.bytes(), 0, length)) {
                done = true; // an agent reads no further either
            } else {
                open.take(data.bytes(), 0, length);
            }
        }
    }

    private static boolean is(byte[] wanted, byte[] bytes, int from, int to) {
        return Arrays.equals(wanted, 0, wanted.length, bytes, from, to);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
