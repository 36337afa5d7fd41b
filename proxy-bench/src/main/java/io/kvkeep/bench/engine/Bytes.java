package io.kvkeep.bench.engine;

import java.nio.ByteBuffer;

/** Searches in buffers, relative to their position. */
public final class Bytes {
    /** Where the first occurrence begins, or -1. */
    public static int indexOf(ByteBuffer text, byte[] wanted) {
        int last = text.remaining() - wanted.length;
        for (int i = 0; i <= last; i++) {
            if (matches(text, text.position() + i, wanted)) {
                return i;
            }
        }
        return -1;
    }

    static int lastIndexOf(ByteBuffer text, byte[] wanted) {
        for (int i = text.remaining() - wanted.length; i >= 0; i--) {
            if (matches(text, text.position() + i, wanted)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(ByteBuffer text, int at, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (text.get(at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private Bytes() {}
}
