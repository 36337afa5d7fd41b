package io.kvkeep.explain;

import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.template.Truth;

/**
 * What is known of the engine when a prompt is explained.
 *
 * @param capabilities what it does with the model
 * @param printsDate whether the chat template prints today's date
 * @param backSinceMillis when it was last seen to come back, in milliseconds since 1970; 0 if it never went
 */
public record EngineState(Capabilities capabilities, Truth printsDate, long backSinceMillis) {
    /** An engine of which nothing is known. */
    public static final EngineState UNKNOWN = new EngineState(Capabilities.UNKNOWN, Truth.UNKNOWN, 0);

    /** Only an engine that shares blocks can't lose one conversation to another. */
    boolean hasSlots() {
        return capabilities.cacheKind() == CacheKind.SLOTS;
    }
}
