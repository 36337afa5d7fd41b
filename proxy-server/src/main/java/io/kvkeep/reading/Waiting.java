package io.kvkeep.reading;

import java.util.Optional;

/**
 * A turn for which something is to be read once the engine is idle.
 *
 * @param attempts how often that was begun, with the one to come; 1 or more
 * @param begun what is left of a read that was broken off
 */
public record Waiting(EndedTurn turn, Reason reason, int attempts, Optional<Parts> begun) {
    /** Returns a turn for which nothing was begun yet. */
    public static Waiting of(EndedTurn turn, Reason reason) {
        return new Waiting(turn, reason, 1, Optional.empty());
    }
}
