package io.kvkeep.store;

import io.kvkeep.lane.Digest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which lanes hold which link of a chain; by ids, so that a lane that grows need not be put in again. */
final class LaneIndex {
    /**
     * A job that begins each day with the same words makes a lane each day, and a client that tries again and again a
     * branch each time. The newest of so many are enough to go on with, and each is looked at where they part.
     */
    static final int MOST_OF_A_LINK = 64;

    private static final long[] NONE = {};

    private final Map<Digest, long[]> lanes = new HashMap<>();

    long[] get(Digest link) {
        return lanes.getOrDefault(link, NONE);
    }

    void add(long id, List<Digest> links) {
        for (Digest link : links) {
            lanes.merge(link, new long[] {id}, LaneIndex::joined);
        }
    }

    void remove(long id, List<Digest> links) {
        for (Digest link : links) {
            lanes.computeIfPresent(link, (key, ids) -> {
                long[] left = Arrays.stream(ids).filter(one -> one != id).toArray();
                return left.length == 0 ? null : left;
            });
        }
    }

    private static long[] joined(long[] before, long[] added) {
        for (long id : before) {
            if (id == added[0]) {
                return before;
            }
        }
        int kept = Math.min(before.length, MOST_OF_A_LINK - 1);
        long[] all = new long[kept + 1];
        System.arraycopy(before, before.length - kept, all, 0, kept);
        all[kept] = added[0];
        return all;
    }
}
