package io.kvkeep.repeat;

import io.kvkeep.determined.RepeatKey;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer, in the parts in which it came.
 *
 * @param sinceNanos when its last byte came
 */
record KeptAnswer(AnswerHead head, List<byte[]> parts, long sinceNanos) {
    /** Header of an array and its place in a list. */
    static final int BYTES_BESIDE_PART = 24;

    private static final int BYTES_BESIDE_ANSWER = 256;

    /** Returns how much memory it takes with its key. */
    long bytes() {
        long bytes = (long) RepeatKey.BYTES + BYTES_BESIDE_ANSWER + head.bytes();
        for (byte[] part : parts) {
            bytes += part.length + (long) BYTES_BESIDE_PART;
        }
        return bytes;
    }

    /** Returns the body in one piece. */
    byte[] body() {
        int length = parts.stream().mapToInt(part -> part.length).sum();
        ByteBuffer body = ByteBuffer.allocate(length);
        parts.forEach(body::put);
        return body.array();
    }

    /** Returns it for one client. */
    AnswerSource replay(long nowNanos) {
        AnswerHead aged = head.aged(Math.max(0, (nowNanos - sinceNanos) / 1_000_000_000));
        return new AnswerSource() {
            private int taken = -1;

            @Override
            public @Nullable Step next() {
                int part = taken++;
                return part < 0
                        ? new Head(aged)
                        : part < parts.size() ? new Part(parts.get(part)) : new Ended(EmptyHttpHeaders.INSTANCE);
            }

            @Override
            public boolean leave() {
                return true;
            }
        };
    }
}
