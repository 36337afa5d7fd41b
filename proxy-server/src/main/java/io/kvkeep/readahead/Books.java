package io.kvkeep.readahead;

import io.kvkeep.reading.Head;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** kvkeep's own books on which lanes an engine with slots may hold, by what was sent to it; for one thread at a time. */
final class Books {
    private static final int MAX_LANES = 256;

    private final Map<Long, Entry> lanes = new LinkedHashMap<>(16, 0.75f, true);
    private long newest;
    private boolean strangers;

    /**
     * Takes a prompt of a lane.
     *
     * @param prompt its number
     */
    void sent(long lane, long prompt, Head head) {
        newest = lane;
        lanes.put(lane, new Entry(prompt, head));
        if (lanes.size() > MAX_LANES) {
            lanes.remove(lanes.keySet().iterator().next());
            strangers = true;
        }
    }

    /** Takes a prompt of which nothing is known. */
    void stranger() {
        newest = 0;
        strangers = true;
    }

    /** Tells whether a prompt is the last of its lane. */
    boolean isLast(long lane, long prompt) {
        @Nullable Entry own = lanes.get(lane);
        return own != null && own.prompt == prompt;
    }

    /** Tells whether nothing of a lane was sent. */
    boolean isUnsent(long lane) {
        return !lanes.containsKey(lane);
    }

    /** Says that the engine holds nothing any more. */
    void engineGone() {
        lanes.clear();
        newest = 0;
        strangers = false;
    }

    /**
     * Tells whether reading for a lane takes the place of no other one: it was the last to be served, or there is a slot
     * for each and none looks like another.
     *
     * @param slots how many slots the engine has; 1 if that is not known
     */
    boolean isAlone(long lane, long slots) {
        if (lane == newest) {
            return true;
        }
        return lanes.containsKey(lane) && !strangers && lanes.size() <= slots && heads() == lanes.size();
    }

    /**
     * Tells whether there is a slot for one lane more, and none looks like it.
     *
     * @param slots how many slots the engine has; 1 if that is not known
     */
    boolean hasRoom(Head head, long slots) {
        return !strangers
                && lanes.size() < slots
                && lanes.values().stream().noneMatch(entry -> entry.head.equals(head));
    }

    private long heads() {
        return lanes.values().stream().map(Entry::head).distinct().count();
    }

    private record Entry(long prompt, Head head) {}
}
