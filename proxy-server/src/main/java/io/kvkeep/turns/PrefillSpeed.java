package io.kvkeep.turns;

import io.kvkeep.reuse.PrefillTime;
import java.util.Optional;
import java.util.OptionalDouble;

/** How fast an engine reads prompts of one model, by its own clock; unknown until it has told once. For any thread. */
final class PrefillSpeed {
    /** Fewer tokens tell how long a step takes, and not how fast many are read. */
    private static final long LEAST_TOKENS = 128;

    private volatile double tokensPerSecond;

    /** Takes what the engine tells of one prompt, and returns the speed that holds for it, in tokens a second. */
    OptionalDouble of(Optional<PrefillTime> told) {
        told.filter(one -> one.tokens() >= LEAST_TOKENS)
                .ifPresent(one -> tokensPerSecond = 1e3 * one.tokens() / one.millis());
        return tokensPerSecond > 0 ? OptionalDouble.of(tokensPerSecond) : OptionalDouble.empty();
    }
}
