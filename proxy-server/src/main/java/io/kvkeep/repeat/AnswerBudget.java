package io.kvkeep.repeat;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds what answers on their way may hold in memory, over all of them. */
final class AnswerBudget {
    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();

    AnswerBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Adds what is held already; tells whether that is still within the bound. */
    boolean hold(long bytes) {
        return held.addAndGet(bytes) <= maxBytes;
    }

    void release(long bytes) {
        held.addAndGet(-bytes);
    }

    long heldBytes() {
        return held.get();
    }
}
