package io.kvkeep.explain;

/**
 * The first place where a prompt leaves what the engine holds.
 *
 * @param cause why
 * @param agent the agent that sent the prompt
 * @param subject the section, {@link #UNNAMED_TEXT}, the tool, or the index and role of the message where it happens;
 *     empty at the whole
 * @param behindBytes how much of the prompt lies behind it
 * @param behindTokens the same in tokens, estimated
 * @param ruled whether it is a section for which there is a rule that lets it travel as a note
 */
public record Break(Cause cause, String agent, String subject, int behindBytes, long behindTokens, boolean ruled) {
    /** The subject where system text changed that no rule of the profile names. */
    public static final String UNNAMED_TEXT = "text that no rule names";

    /** Returns in plain English what helps, or why nothing does. */
    public String remedy() {
        if (ruled) {
            return "mode: rewrite, with a placement other than off: this section then travels as a note, by a rule of"
                    + " the profile";
        }
        return subject.equals(UNNAMED_TEXT)
                ? "a rule of the profile that cuts the changing lines out (kvkeep learn drafts one after three changes),"
                        + " or stable-changes: note"
                : cause.remedy();
    }
}
