package io.kvkeep.probe;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Sees that llama.cpp was started anew between two looks at it: each slot tells the number of its last task, which only
 * grows, and an unused one tells none (b11434). For one thread at a time.
 */
public final class SlotTasks {
    private long highest = -1;
    private boolean served = true;

    /** What the slots tell of the engine since they were looked at before. */
    public enum Seen {
        /** Nothing. */
        NOTHING,
        /** None of them was used yet. */
        UNUSED,
        /** Tasks count from their start again: another process answers. */
        BEGAN_AGAIN
    }

    /** Says that it is another engine that is asked from now on. */
    public void forget() {
        highest = -1;
        served = true;
    }

    /** Asks for the slots; an engine that does not serve them is not asked again. */
    public Seen look(EngineHttp http) {
        if (!served) {
            return Seen.NOTHING;
        }
        JsonNode slots = http.get("/slots").json();
        served = slots.isArray() || http.missedAnswer();
        if (!slots.isArray()) {
            return Seen.NOTHING;
        }
        long now = -1;
        for (JsonNode slot : slots) {
            now = Math.max(now, slot.path("id_task").asLong(-1));
        }
        boolean again = now < highest;
        highest = now;
        return again ? Seen.BEGAN_AGAIN : now < 0 ? Seen.UNUSED : Seen.NOTHING;
    }
}
