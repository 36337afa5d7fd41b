package io.kvkeep.store;

import io.kvkeep.lane.Digest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which lanes hold which link of a chain; by ids, so that a lane that grows need not be put in again. */
final class LaneIndex {
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
        long[] all = Arrays.copyOf(before, before.length + 1);
        all[before.length] = added[0];
        return all;
    }
}
