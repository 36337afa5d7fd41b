package io.kvkeep.breaks;

import io.kvkeep.explain.Break;
import io.kvkeep.explain.Explanation;
import java.util.Map;

/**
 * One prompt of a file, and why what of it is read again.
 *
 * @param id its number
 * @param edits how many edits of each reason kvkeep makes
 * @param cachedTokens how many tokens the engine said that it had; -1 if it did not
 * @param came the first difference from the earlier prompt that begins most like it, as both came
 * @param sent the same, as kvkeep sends them
 */
record Explained(
        long id,
        String agent,
        Map<String, Integer> edits,
        Explanation explanation,
        long cachedTokens,
        TextDiff came,
        TextDiff sent) {

    /** Tells in one word where a break is. */
    static String place(Break found) {
        return found.subject().isEmpty() ? found.cause().id() : found.cause().id() + ", " + found.subject();
    }
}
