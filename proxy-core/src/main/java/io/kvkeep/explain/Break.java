package io.kvkeep.explain;

/**
 * The first place where a prompt leaves what the engine holds.
 *
 * @param cause why
 * @param agent the agent that sent the prompt
 * @param subject the section, the tool, or the index and role of the message where it happens; empty at the whole
 * @param behindBytes how much of the prompt lies behind it
 * @param behindTokens the same in tokens, estimated
 * @param ruled whether it is a section for which there is a rule that lets it travel as a note
 */
public record Break(Cause cause, String agent, String subject, int behindBytes, long behindTokens, boolean ruled) {
    /** Returns in plain English what helps, or why nothing does. */
    public String remedy() {
        return ruled
                ? "nothing more: a rule for this section lets it travel as a note in mode rewrite"
                : cause.remedy();
    }
}
