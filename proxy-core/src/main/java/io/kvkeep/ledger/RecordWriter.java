package io.kvkeep.ledger;

import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Writes values one behind the other; {@link RecordReader} reads them in the same order. */
final class RecordWriter {
    static final int GONE = 0;
    static final int APART = 1;
    static final int WITHIN = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

    byte[] bytes() {
        return out.toByteArray();
    }

    RecordWriter flag(boolean value) {
        out.write(value ? 1 : 0);
        return this;
    }

    /** Writes seven bits at a time, the low ones first; small numbers take one byte. */
    RecordWriter count(int value) {
        int left = value;
        while ((left & ~0x7f) != 0) {
            out.write(left | 0x80);
            left >>>= 7;
        }
        out.write(left);
        return this;
    }

    RecordWriter number(long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return this;
    }

    RecordWriter digest(Digest value) {
        return number(value.high()).number(value.low());
    }

    RecordWriter digests(List<Digest> values) {
        count(values.size());
        values.forEach(this::digest);
        return this;
    }

    RecordWriter bytes(byte[] value) {
        count(value.length);
        out.writeBytes(value);
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
