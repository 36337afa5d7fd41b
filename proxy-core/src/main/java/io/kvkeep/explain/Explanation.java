package io.kvkeep.explain;

import java.util.Optional;

/**
 * What became of one prompt, and why.
 *
 * @param sent where the prompt as sent leaves the earlier ones
 * @param came where the prompt as it came leaves the earlier ones as they came
 * @param engine why the engine reused less than the prompts show; empty if it did not, or did not tell
 * @param sentSides both sides of the break as sent; empty if there is none, or nothing to compare with
 * @param cameSides the same as it came
 * @param promptTokens the prompt's size; the engine's count, or else estimated
 * @param predictedTokens how many of them the engine should hold
 * @param predictedAsItCameTokens how many it would hold, had all prompts gone out as they came
 */
public record Explanation(
        Optional<Break> sent,
        Optional<Break> came,
        Optional<Break> engine,
        Optional<Sides> sentSides,
        Optional<Sides> cameSides,
        long promptTokens,
        long predictedTokens,
        long predictedAsItCameTokens) {}
