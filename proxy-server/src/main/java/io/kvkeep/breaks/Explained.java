package io.kvkeep.breaks;

import io.kvkeep.explain.Break;
import io.kvkeep.explain.Explanation;
import io.kvkeep.recording.RecordedRequest;
import io.kvkeep.replay.CoreRun.Played;
import io.kvkeep.reuse.ReportedUsage;
import java.util.Map;

/**
 * One prompt of a file, and why what of it is read again.
 *
 * @param request as it was recorded, or read from a file
 * @param played what kvkeep makes of it
 * @param usage what the engine said of it, as it was sent then
 * @param came the first difference from the earlier prompt that begins most like it, as both came
 * @param sent the same, as kvkeep sends them
 */
public record Explained(
        RecordedRequest request,
        Played played,
        Explanation explanation,
        ReportedUsage usage,
        TextDiff came,
        TextDiff sent) {

    /** Returns its number. */
    public long id() {
        return request.id();
    }

    /** Returns the name of the agent that sent it. */
    public String agent() {
        return played.rewrite().profile().agent();
    }

    /** Returns how many tokens the engine said that it had; -1 if it did not. */
    public long cachedTokens() {
        return usage.cachedTokens().orElse(-1);
    }

    /** Returns how many edits of each reason kvkeep makes. */
    Map<String, Integer> edits() {
        return played.rewrites() ? played.rewrite().plan().counts() : Map.of();
    }

    /** Tells in one word where a break is. */
    static String place(Break found) {
        return found.subject().isEmpty() ? found.cause().id() : found.cause().id() + ", " + found.subject();
    }
}
