package io.kvkeep.readahead;

import java.util.HashMap;
import java.util.Map;

/**
 * Which models have shown that there is nothing to gain: the engine held already what it was asked to read ahead. For
 * one thread at a time.
 */
final class Gain {
    private static final int MAX_MODELS = 1_000;
    private static final int MAX_EMPTY = 3;

    private final Map<String, Integer> emptyInRow = new HashMap<>();

    /**
     * Takes a read-ahead that ran to its end.
     *
     * @param worth whether the engine had enough to read
     */
    void read(String model, boolean worth) {
        if (worth) {
            emptyInRow.remove(model);
        } else if (emptyInRow.size() < MAX_MODELS || emptyInRow.containsKey(model)) {
            emptyInRow.merge(model, 1, Integer::sum);
        }
    }

    boolean isNone(String model) {
        return emptyInRow.getOrDefault(model, 0) >= MAX_EMPTY;
    }

    /** Says that the engine may be another one now. */
    void engineGone() {
        emptyInRow.clear();
    }
}
