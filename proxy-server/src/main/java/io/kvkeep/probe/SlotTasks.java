package io.kvkeep.probe;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Sees that llama.cpp was started anew between two looks at it: each slot tells the number of its last task, which only
 * grows, and an unused one tells none (b11434). For one thread at a time.
 */
public final class SlotTasks {
    private long highest = -1;
    private boolean served = true;
    private boolean wentBack;

    /** Says that it is another engine that is asked from now on. */
    public void forget() {
        highest = -1;
        served = true;
        wentBack = false;
    }

    /** Asks, and tells whether no slot was used yet, or the tasks count from their start since it was asked before. */
    public boolean beganAnew(EngineHttp http) {
        wentBack = false;
        if (!served) {
            return false;
        }
        JsonNode slots = http.get("/slots").json();
        served = slots.isArray() || http.missedAnswer();
        if (!slots.isArray()) {
            return false;
        }
        long now = -1;
        for (JsonNode slot : slots) {
            now = Math.max(now, slot.path("id_task").asLong(-1));
        }
        wentBack = now < highest;
        highest = now;
        return now < 0 || wentBack;
    }

    /** Tells whether tasks were seen to count from their start again when it was last asked: the engine is another one. */
    public boolean wentBack() {
        return wentBack;
    }
}
