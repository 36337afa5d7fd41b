package io.kvkeep.ledger;

import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes values one behind the other; {@link RecordReader} reads them in the same order. */
final class RecordWriter {
    static final int GONE = 0;
    static final int APART = 1;
    static final int WITHIN = 2;

    private byte[] written = new byte[512];
    private int length;

    byte[] bytes() {
        return Arrays.copyOf(written, length);
    }

    private RecordWriter one(int value) {
        room(1);
        written[length++] = (byte) value;
        return this;
    }

    private void room(int bytes) {
        if (bytes > written.length - length) {
            written = Arrays.copyOf(written, Math.max(2 * written.length, length + bytes));
        }
    }

    RecordWriter flag(boolean value) {
        return one(value ? 1 : 0);
    }

    /** Writes seven bits at a time, the low ones first; small numbers take one byte. */
    RecordWriter count(int value) {
        int left = value;
        while ((left & ~0x7f) != 0) {
            one(left | 0x80);
            left >>>= 7;
        }
        return one(left);
    }

    RecordWriter number(long value) {
        room(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            written[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    RecordWriter digest(Digest value) {
        return number(value.high()).number(value.low());
    }

    RecordWriter digests(List<Digest> values) {
        count(values.size());
        for (Digest value : values) {
            digest(value);
        }
        return this;
    }

    RecordWriter bytes(byte[] value) {
        count(value.length);
        room(value.length);
        System.arraycopy(value, 0, written, length, value.length);
        length += value.length;
        return this;
    }

    /** Halves of surrogate pairs that stand alone do not survive; no JSON text in UTF-8 holds one unescaped. */
    RecordWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    RecordWriter texts(List<String> values) {
        count(values.size());
        values.forEach(this::text);
        return this;
    }

    RecordWriter emitted(Emitted value) {
        text(value.text()).text(value.reasoning()).count(value.calls().size());
        value.calls().forEach(call -> text(call.name()).text(call.arguments()));
        return this;
    }

    RecordWriter sent(Sent value) {
        count(value.message()).bytes(value.note().bytes()).count(value.values().size());
        value.values().forEach(this::value);
        return optional(value.emitted()).bytes(value.content());
    }

    private void value(Value value) {
        text(value.section());
        if (value instanceof Value.Within within) {
            count(WITHIN).count(within.start()).count(within.end());
        } else if (value instanceof Value.Apart apart) {
            count(APART).text(apart.words());
        } else {
            count(GONE);
        }
    }

    RecordWriter optional(Optional<Emitted> value) {
        flag(value.isPresent());
        value.ifPresent(this::emitted);
        return this;
    }
}
