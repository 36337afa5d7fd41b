package io.kvkeep.ledger;

import java.util.concurrent.atomic.AtomicInteger;

/** Words that no other session ever says. */
final class Words {
    private final String owner;
    private final AtomicInteger count = new AtomicInteger();

    /** Draws words that name their owner: digits and letters, without a dot. */
    Words(String owner) {
        this.owner = owner;
    }

    String owner() {
        return owner;
    }

    String next() {
        return "w." + owner + "." + count.incrementAndGet() + ".";
    }
}
