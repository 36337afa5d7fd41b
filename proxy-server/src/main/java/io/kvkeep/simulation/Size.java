package io.kvkeep.simulation;

/**
 * How long the parts of a prompt are. The full size is that of Hermes 0.19 with 17 tools: 11,000 characters of system
 * text, 47,000 of tools.
 *
 * @param guidanceChars the agent's own rules
 * @param rulesChars the project's rules
 * @param skills lines in the list of skills
 * @param toolChars the description of each tool
 * @param resultChars the result of a tool
 */
public record Size(int guidanceChars, int rulesChars, int skills, int toolChars, int resultChars) {
    /** A prompt as long as that of Hermes. */
    public static final Size FULL = new Size(4_950, 2_200, 24, 2_150, 3_000);
    /** A short one of the same shape. */
    public static final Size SMALL = new Size(700, 450, 5, 300, 600);
}
