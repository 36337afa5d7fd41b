package io.kvkeep.store;

import java.util.Collections;
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
 * began otherwise, the engine alone knows. If lanes come back cold all the same, no slot is named any more until the
 * engine is started anew.
 */
final class Slots {
    private static final Logger LOG = LoggerFactory.getLogger(Slots.class);
    private static final long QUIET_MILLIS = 10 * 60_000;
    private static final int MAX_COLD_TURNS = 2;
    /** A model that resumes only at checkpoints reads up to 516 tokens again (llama.cpp b11434). */
    private static final int MAX_LOST_TOKENS = 600;

    private static final double MAX_LOST_SHARE = 0.2;

    private final Map<Integer, Long> lanes = new HashMap<>();
    /** Of the last prompt in each, as the engine counted it. */
    private final Map<Integer, Long> promptTokens = new HashMap<>();

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
        lanes.keySet().removeIf(slot -> slot >= count); // named when the engine had more of them
        if (lane.isPresent()) {
            return of(lane.get());
        }
        int unused = -1;
        int quiet = -1;
        for (int slot = 0; slot < count; slot++) {
            Long owner = lanes.get(slot);
            HeldLane there = owner(slot, held);
            if (there == null) {
                unused = unused < 0 ? slot : unused;
            } else if (isQuiet(there, nowMillis)) {
                if (alike.contains(owner)) {
                    return OptionalInt.of(slot);
                }
                quiet = quiet < 0 ? slot : quiet;
            }
        }
        int free = unused >= 0 ? unused : quiet;
        return free < 0 ? OptionalInt.empty() : OptionalInt.of(free);
    }

    private @Nullable HeldLane owner(int slot, LongFunction<@Nullable HeldLane> held) {
        Long owner = lanes.get(slot);
        return owner == null ? null : held.apply(owner);
    }

    /** Returns the last slot that no lane has, for what needs none for itself: lanes that begin take the first one. */
    OptionalInt unused(int count, LongFunction<@Nullable HeldLane> held) {
        for (int slot = count - 1; slot >= 0 && !stopped; slot--) {
            if (owner(slot, held) == null) {
                return OptionalInt.of(slot);
            }
        }
        return OptionalInt.empty();
    }

    private static boolean isQuiet(HeldLane lane, long nowMillis) {
        return nowMillis - lane.servedMillis() >= QUIET_MILLIS;
    }

    /** Tells whether a lane is in a slot that was served a short while ago. */
    boolean isInUse(int slot, LongFunction<@Nullable HeldLane> held, long nowMillis) {
        HeldLane there = owner(slot, held);
        return there != null && !isQuiet(there, nowMillis);
    }

    /**
     * Says that a lane was sent to a slot.
     *
     * @return whether that is new
     */
    boolean taken(int slot, long lane) {
        Long before = lanes.put(slot, lane);
        if (before != null && before == lane) {
            return false;
        }
        changed(slot);
        return true;
    }

    /**
     * Says what the engine found of a lane in its slot. Only a turn behind another one tells anything: what it should
     * have found is the prompt before.
     *
     * @param promptTokens the length of the prompt
     * @param cachedTokens how much of it was there
     */
    void cameBack(int slot, long promptTokens, long cachedTokens) {
        Long before = this.promptTokens.put(slot, promptTokens);
        if (before == null) {
            return;
        }
        long lost = before - cachedTokens;
        boolean cold = cachedTokens == 0 || (lost > MAX_LOST_TOKENS && lost > MAX_LOST_SHARE * before);
        coldTurns = cold ? coldTurns + 1 : 0;
        if (coldTurns >= MAX_COLD_TURNS && !stopped) {
            stopped = true;
            LOG.info("lanes come back cold from the slots that were named for them; none is named any more");
        }
    }

    /** Says that the lane in a slot has another prompt than the engine read there: the next turn tells nothing. */
    void changed(int slot) {
        promptTokens.remove(slot);
    }

    /** Says that the engine's slots are empty. */
    void forget() {
        lanes.clear();
        promptTokens.clear();
        coldTurns = 0;
        stopped = false;
    }

    /** Returns the lane in each slot that was named, by its id. */
    Map<Integer, Long> lanes() {
        return Collections.unmodifiableMap(lanes);
    }

    boolean isStopped() {
        return stopped;
    }
}
