package io.kvkeep.relay;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Keeps the first and the last bytes of an answer while it passes: engines tell their counts at either end. */
final class AnswerTail {
    private static final int KEPT_BYTES = 16 << 10;
    /** What starts a stream of Anthropic messages has some 500 bytes. */
    private static final int HEAD_BYTES = 2 << 10;

    private byte[] bytes = new byte[1 << 10];
    private int length;
    /** The first bytes, once they are not among the last ones. */
    private byte[] head = new byte[0];

    /** Copies what passes; the buffer stays as it is. */
    void add(ByteBuf passing) {
        int more = Math.min(passing.readableBytes(), KEPT_BYTES);
        boolean drops = more < passing.readableBytes() || length + more > 2 * KEPT_BYTES;
        if (drops && head.length == 0) {
            int held = Math.min(length, HEAD_BYTES);
            head = Arrays.copyOf(Arrays.copyOf(bytes, held), HEAD_BYTES);
            passing.getBytes(passing.readerIndex(), head, held, HEAD_BYTES - held);
        }
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

    /** Returns the last bytes, at least 16 KiB of a longer answer, and before them its first 2 KiB. */
    byte[] bytes() {
        byte[] all = Arrays.copyOf(head, head.length + length);
        System.arraycopy(bytes, 0, all, head.length, length);
        return all;
    }

    /** Tells whether the answer ends, or has not begun, at the border between two events. */
    boolean endsAnEvent() {
        return length == 0 || (length >= 2 && bytes[length - 1] == '\n' && bytes[length - 2] == '\n');
    }
}
