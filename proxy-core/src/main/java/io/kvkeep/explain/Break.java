package io.kvkeep.explain;

/**
 * The first place where a prompt leaves what the engine holds.
 *
 * @param cause why
 * @param agent the agent that sent the prompt
 * @param subject the section, the tool, or the index and role of the message where it happens; empty at the whole
 * @param behindBytes how much of the prompt lies behind it
 * @param behindTokens the same in tokens, estimated
 */
public record Break(Cause cause, String agent, String subject, int behindBytes, long behindTokens) {}
