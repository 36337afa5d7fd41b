package io.kvkeep.relay;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Keeps the last bytes of an answer while it passes: engines tell their counts at the end. */
final class AnswerTail {
    private static final int KEPT_BYTES = 16 << 10;

    private byte[] bytes = new byte[1 << 10];
    private int length;

    /** Copies what passes; the buffer stays as it is. */
    void add(ByteBuf passing) {
        int more = Math.min(passing.readableBytes(), KEPT_BYTES);
        if (length + more > 2 * KEPT_BYTES) {
            System.arraycopy(bytes, length - KEPT_BYTES, bytes, 0, KEPT_BYTES);
            length = KEPT_BYTES;
        }
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(3 * KEPT_BYTES, Math.max(2 * bytes.length, length + more)));
        }
        passing.getBytes(passing.writerIndex() - more, bytes, length, more);
        length += more;
    }

    /** Returns the last bytes, at least 16 KiB of a longer answer. */
    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** Tells whether the answer ends, or has not begun, at the border between two events. */
    boolean endsAnEvent() {
        return length == 0 || (length >= 2 && bytes[length - 1] == '\n' && bytes[length - 2] == '\n');
    }
}
