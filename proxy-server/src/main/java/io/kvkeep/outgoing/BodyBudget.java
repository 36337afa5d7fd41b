package io.kvkeep.outgoing;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory that request bodies take while they are collected and sent, over all connections. */
public final class BodyBudget {
    private final AtomicLong leftBytes;

    BodyBudget(long bytes) {
        this.leftBytes = new AtomicLong(bytes);
    }

    /** Returns a budget of a quarter of the heap: reading and sending a body takes about as much again. */
    public static BodyBudget ofHeap() {
        return new BodyBudget(Runtime.getRuntime().maxMemory() / 4);
    }

    /** Takes a share; tells whether there was enough. */
    boolean take(long bytes) {
        if (leftBytes.addAndGet(-bytes) >= 0) {
            return true;
        }
        leftBytes.addAndGet(bytes);
        return false;
    }

    /** Gives a share back. */
    void give(long bytes) {
        leftBytes.addAndGet(bytes);
    }
}
