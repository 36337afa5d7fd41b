package io.kvkeep.reading;

import io.kvkeep.reuse.PrefillTime;

/**
 * How many tokens an engine is given at once, so that it is free again soon: as many as it reads in a moment, by its own
 * clock. Reads that are too short would use a graphics card badly (its weights are read once for each), and waste the
 * cost of a request. For one thread at a time.
 */
final class Pace {
    /**
     * A request that comes when a part has just begun waits for all of it. It can't be much less: on a hybrid model some
     * 5 ms of each part are spent whatever its length, on a batch of its own for the last tokens (llama.cpp b11434).
     */
    private static final double WANTED_MILLIS = 15;

    private static final int LEAST_TOKENS = 64;
    /** As much as llama.cpp computes at once (n_ubatch); nothing is gained by more. */
    private static final int MOST_TOKENS = 512;

    private double tokens = 2 * LEAST_TOKENS;

    /** Takes how long the last ones took. */
    void took(PrefillTime time) {
        // Half of the way: on a busy machine the times of two equal parts may be far apart.
        double next = (tokens + WANTED_MILLIS * time.tokens() / time.millis()) / 2;
        tokens = Math.min(MOST_TOKENS, Math.max(LEAST_TOKENS, next));
    }

    /** Returns how many tokens are to be read at once. */
    int tokens() {
        return (int) tokens;
    }
}
