package io.kvkeep.config;

import java.time.Duration;

/**
 * Whether answers to determined requests are kept for their repeats.
 *
 * @param on whether they are
 * @param maxBytes how much memory they may take, those on their way included; at least 1 MiB
 * @param keptFor how long one may be given
 */
public record RepeatOptions(boolean on, long maxBytes, Duration keptFor) {
    private static final long USUAL_BYTES = 64L << 20;
    private static final int SHARE_OF_HEAP = 8;

    /** Returns what holds if nothing is set: off; else 64 MiB or an eighth of a small heap, and an hour. */
    public static RepeatOptions defaults() {
        long share = Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
        return new RepeatOptions(false, Math.max(1 << 20, Math.min(USUAL_BYTES, share)), Duration.ofHours(1));
    }
}
