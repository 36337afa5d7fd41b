package io.kvkeep.demo;

import io.kvkeep.reuse.ReportedUsage;
import java.util.OptionalLong;

/**
 * What one prompt cost.
 *
 * @param prompt its tokens; empty if the engine does not say
 * @param read those that did not come from the engine's cache; empty if the engine does not say
 * @param waitNanos how long the client waited for the first event of the answer
 */
record Reading(OptionalLong prompt, OptionalLong read, long waitNanos) {
    static Reading of(ReportedUsage usage, long waitNanos) {
        OptionalLong read =
                usage.promptTokens().isPresent() && usage.cachedTokens().isPresent()
                        ? OptionalLong.of(usage.promptTokens().getAsLong()
                                - usage.cachedTokens().getAsLong())
                        : OptionalLong.empty();
        return new Reading(usage.promptTokens(), read, waitNanos);
    }

    /** Returns the same with the time that reading takes at a speed. */
    Reading at(int tokensPerSecond) {
        return new Reading(prompt, read, read.orElse(0) * 1_000_000_000L / tokensPerSecond);
    }
}
