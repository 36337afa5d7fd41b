package io.kvkeep.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which lane is read in which slot of an engine, where a trial has shown that naming slots keeps the cache (llama.cpp
 * with split slots; with one cache for all slots it costs everything, field of {@code id_slot}, llama.cpp b11434).
 *
 * <p>Only a lane that begins can be given a slot, an unused one or one whose lane has gone quiet: where a lane is that
 * began otherwise, the engine alone knows. If lanes come back cold all the same, no slot is named any more.
 */
final class Slots {
    private static final Logger LOG = LoggerFactory.getLogger(Slots.class);
    private static final long QUIET_MILLIS = 10 * 60_000;
    private static final int MAX_COLD_TURNS = 2;

    private final Map<Integer, Long> lanes = new HashMap<>();
    private int coldTurns;
    private boolean stopped;

    /** Returns the slot of a lane that goes on. */
    OptionalInt of(long lane) {
        return lanes.entrySet().stream()
                .filter(entry -> entry.getValue() == lane)
                .mapToInt(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * Chooses a slot.
     *
     * @param count how many slots the engine has
     * @param lane the lane, if it goes on
     * @param alike lanes with the same system text: what a quiet one left is still warm
     * @param held gives lanes by id; null for one that is not held any more
     */
    OptionalInt choose(
            int count, Optional<Long> lane, List<Long> alike, LongFunction<@Nullable HeldLane> held, long nowMillis) {
        if (stopped) {
            return OptionalInt.empty();
        }
        if (lane.isPresent()) {
            return of(lane.get());
        }
        int unused = -1;
        int quiet = -1;
        for (int slot = 0; slot < count; slot++) {
            Long owner = lanes.get(slot);
            HeldLane there = owner == null ? null : held.apply(owner);
            if (there == null) {
                unused = unused < 0 ? slot : unused;
            } else if (nowMillis - there.servedMillis() >= QUIET_MILLIS) {
                if (alike.contains(owner)) {
                    return OptionalInt.of(slot);
                }
                quiet = quiet < 0 ? slot : quiet;
            }
        }
        int free = unused >= 0 ? unused : quiet;
        return free < 0 ? OptionalInt.empty() : OptionalInt.of(free);
    }

    /** Says that a lane was sent to a slot. */
    void taken(int slot, long lane) {
        lanes.put(slot, lane);
    }

    /** Says whether a lane that goes on in its slot was still there. */
    void cameBack(boolean warm) {
        coldTurns = warm ? 0 : coldTurns + 1;
        if (coldTurns >= MAX_COLD_TURNS && !stopped) {
            stopped = true;
            LOG.info("lanes come back cold from the slots that were named for them; none is named any more");
        }
    }

    /** Says that the engine's slots are empty. */
    void forget() {
        lanes.clear();
        coldTurns = 0;
    }

    boolean isStopped() {
        return stopped;
    }
}
