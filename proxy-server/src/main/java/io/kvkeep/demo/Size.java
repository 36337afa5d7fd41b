package io.kvkeep.demo;

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
record Size(int guidanceChars, int rulesChars, int skills, int toolChars, int resultChars) {
    static final Size FULL = new Size(4_950, 2_200, 24, 2_150, 3_000);
    static final Size SMALL = new Size(700, 450, 5, 300, 600);
}
