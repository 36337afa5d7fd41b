package io.kvkeep.answer;

import io.kvkeep.json.NotJson;
import java.util.Arrays;

/** Bytes that wait for the rest of what they belong to, up to a bound. */
final class HeldBytes {
    private static final int FIRST_SIZE = 512;

    private final int maxBytes;
    private byte[] bytes = new byte[FIRST_SIZE];
    private int length;

    HeldBytes(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Returns the array that holds them from its start; valid until the next change. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /** Adds a copy of the range; throws when the bound is passed. */
    void add(byte[] source, int from, int to) throws NotJson {
        int more = to - from;
        if (more > maxBytes - length) {
            throw new NotJson("no more than " + maxBytes + " bytes", length);
        }
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(length + more, 2L * bytes.length)));
        }
        System.arraycopy(source, from, bytes, length, more);
        length += more;
    }
}
