package io.kvkeep.outgoing;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Puts a request body together. Memory follows what has really arrived: a length that is only announced costs nothing
 * before the first part is there, a quarter of a megabyte then, and at most sixteen times of what is there after.
 */
public final class BodyCollector {
    private static final int UNKNOWN_LENGTH_BYTES = 8 << 10;
    private static final int FIRST_BYTES = 256 << 10;
    private static final int MAX_GROWTH = 16;

    private final long expected;
    private final BodyBudget budget;
    private byte[] bytes = new byte[0];
    private int length;

    /**
     * @param expected length of the body, or -1 if it is not known
     * @param budget where the memory is taken from
     */
    public BodyCollector(long expected, BodyBudget budget) {
        this.expected = expected;
        this.budget = budget;
    }

    /** Adds a part; tells whether there was memory for it. */
    public boolean add(ByteBuf part) {
        int more = part.readableBytes();
        if (length + more > bytes.length && !grow(length + more)) {
            return false;
        }
        part.getBytes(part.readerIndex(), bytes, length, more);
        length += more;
        return true;
    }

    /** Returns how many bytes were added. */
    public int length() {
        return length;
    }

    /** Returns the bytes; nothing may be added any more. */
    public byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** Gives the memory back to the budget; the bytes are not to be used any more. */
    public void free() {
        budget.give(bytes.length);
        bytes = new byte[0];
        length = 0;
    }

    private boolean grow(int least) {
        int size = (int) Math.max(wantedBytes(), least);
        if (!budget.take(size - bytes.length)) {
            return false;
        }
        bytes = Arrays.copyOf(bytes, size);
        return true;
    }

    private long wantedBytes() {
        if (expected < 0) {
            return Math.max(UNKNOWN_LENGTH_BYTES, 2L * bytes.length);
        }
        return Math.min(expected, Math.max(FIRST_BYTES, (long) MAX_GROWTH * bytes.length));
    }
}
