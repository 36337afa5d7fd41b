package io.kvkeep.readahead;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * How often the lanes of each agent go on where they were read ahead; for one thread at a time.
 *
 * <p>An agent whose lanes mostly do not is left alone. What would have come of it is watched all the same, which costs
 * nothing, so that it comes back by itself.
 */
final class Habits {
    private static final int REMEMBERED = 20;
    private static final int LEAST = 6;
    private static final double MAX_WASTED_SHARE = 0.5;

    private final Map<String, Deque<Boolean>> wasted = new HashMap<>();

    /**
     * Takes what came of one read-ahead, be it done or only watched for.
     *
     * @param agent its name; there are as many as profiles
     */
    void came(String agent, boolean used) {
        Deque<Boolean> last = wasted.computeIfAbsent(agent, missing -> new ArrayDeque<>(REMEMBERED));
        if (last.size() == REMEMBERED) {
            last.removeFirst();
        }
        last.addLast(!used);
    }

    /** Tells whether nothing is read ahead for an agent. */
    boolean isOff(String agent) {
        Deque<Boolean> last = wasted.getOrDefault(agent, new ArrayDeque<>(0));
        long wastes = last.stream().filter(one -> one).count();
        return last.size() >= LEAST && wastes > MAX_WASTED_SHARE * last.size();
    }
}
