package io.kvkeep.relay;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Puts a request body together; takes only as much memory as has really arrived. */
final class BodyCollector {
    private static final int FIRST_BYTES = 256 << 10;

    private byte[] bytes;
    private int length;

    /**
     * @param expected length of the body, or -1 if it is not known
     */
    BodyCollector(long expected) {
        bytes = new byte[(int) Math.min(expected < 0 ? 8 << 10 : expected, FIRST_BYTES)];
    }

    void add(ByteBuf part) {
        int more = part.readableBytes();
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
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
