package io.kvkeep.relay;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Puts a request body together. Memory follows what has really arrived: a length that is only announced costs nothing
 * before a quarter of a megabyte is there, and at most sixteen times of what is there after.
 */
final class BodyCollector {
    private static final int FIRST_BYTES = 256 << 10;

    private static final int MAX_GROWTH = 16;

    private final long expected;
    private byte[] bytes;
    private int length;

    /**
     * @param expected length of the body, or -1 if it is not known
     */
    BodyCollector(long expected) {
        this.expected = expected;
        bytes = new byte[(int) Math.min(expected < 0 ? 8 << 10 : expected, FIRST_BYTES)];
    }

    void add(ByteBuf part) {
        int more = part.readableBytes();
        if (length + more > bytes.length) {
            long wanted = expected < 0 ? 2L * bytes.length : Math.min(expected, (long) MAX_GROWTH * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.max(wanted, length + more));
        }
        part.getBytes(part.readerIndex(), bytes, length, more);
        length += more;
    }

    int length() {
        return length;
    }

    /** Returns the bytes; the collector is not to be used any more. */
    byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
