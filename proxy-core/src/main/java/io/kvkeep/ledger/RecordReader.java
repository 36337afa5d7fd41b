package io.kvkeep.ledger;

import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what {@link RecordWriter} wrote; anything else ends with an {@link IllegalArgumentException}. */
final class RecordReader {
    private final ByteBuffer in;

    RecordReader(byte[] record) {
        this.in = ByteBuffer.wrap(record);
    }

    boolean flag() {
        need(1);
        return in.get() != 0;
    }

    int count() {
        int value = 0;
        for (int shift = 0; shift < 32; shift += 7) {
            need(1);
            int next = in.get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a count of more than 32 bits at byte " + in.position());
    }

    long number() {
        need(Long.BYTES);
        return in.getLong();
    }

    Digest digest() {
        return new Digest(number(), number());
    }

    List<Digest> digests() {
        int count = countOf(2 * Long.BYTES);
        List<Digest> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(digest());
        }
        return values;
    }

    byte[] bytes() {
        byte[] value = new byte[countOf(1)];
        in.get(value);
        return value;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    List<String> texts() {
        int count = countOf(1);
        List<String> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(text());
        }
        return values;
    }

    Emitted emitted() {
        String text = text();
        String reasoning = text();
        int count = countOf(2);
        List<Emitted.Call> calls = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            calls.add(new Emitted.Call(text(), text()));
        }
        return new Emitted(text, reasoning, calls);
    }

    Sent sent() {
        int message = count();
        byte[] note = bytes();
        int count = countOf(2);
        List<Value> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(value(note));
        }
        return new Sent(message, NoteText.of(note, values), values, optional(), bytes());
    }

    private Value value(byte[] note) {
        String section = text().intern(); // a few names stand in the notes of all lanes
        int kind = count();
        return switch (kind) {
            case RecordWriter.GONE -> new Value.Gone(section);
            case RecordWriter.APART -> new Value.Apart(section, text());
            case RecordWriter.WITHIN -> within(section, count(), count(), note);
            default -> throw new IllegalArgumentException("a value of kind " + kind);
        };
    }

    private static Value within(String section, int start, int end, byte[] note) {
        if (start < 0 || start > end || end > note.length) {
            throw new IllegalArgumentException(
                    "a value at bytes " + start + " to " + end + " of a note of " + note.length);
        }
        return Value.Within.of(section, start, end, note);
    }

    Optional<Emitted> optional() {
        return flag() ? Optional.of(emitted()) : Optional.empty();
    }

    void finish() {
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes too many in a record");
        }
    }

    /** Reads a count of things that take at least so many bytes each: no broken record asks for much memory. */
    private int countOf(int leastBytes) {
        int count = count();
        if (count < 0 || (long) count * leastBytes > in.remaining()) {
            throw new IllegalArgumentException("a count of " + count + " at byte " + in.position());
        }
        return count;
    }

    private void need(int bytes) {
        if (in.remaining() < bytes) {
            throw new IllegalArgumentException("a record ends at byte " + in.limit() + " in the middle of a value");
        }
    }
}
