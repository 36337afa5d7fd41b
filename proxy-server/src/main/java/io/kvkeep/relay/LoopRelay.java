package io.kvkeep.relay;

import java.util.function.Supplier;

/** What the next exchange on one event loop goes by; an exchange under way keeps what it began with. */
final class LoopRelay implements Supplier<RelayContext> {
    private volatile RelayContext next;

    LoopRelay(RelayContext first) {
        this.next = first;
    }

    @Override
    public RelayContext get() {
        return next;
    }

    void set(RelayContext other) {
        next = other;
    }
}
