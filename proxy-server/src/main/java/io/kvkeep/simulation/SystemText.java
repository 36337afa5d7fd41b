package io.kvkeep.simulation;

import java.util.List;
import java.util.Locale;

/**
 * A system text in the shape of Hermes Agent 0.19: identity, guidance, skills, workspace, context file, memory, user
 * profile, day and model. Everything but the headings that the profile looks for is made up.
 *
 * @param label tells one conversation from all others at its very start; empty for none
 * @param size how long the stable parts are
 * @param model the model's name
 * @param gitLines the state of the repository
 * @param memory what the agent has kept
 * @param day the day on which the conversation started
 */
record SystemText(String label, Size size, String model, List<String> gitLines, List<String> memory, String day) {
    private static final String IDENTITY =
            "You are Hermes Agent, an intelligent AI assistant created by Nous Research.";
    private static final String RULE = "═".repeat(46);
    private static final int MEMORY_LIMIT_CHARS = 2_200;
    private static final int PROFILE_LIMIT_CHARS = 1_375;
    private static final List<String> PROFILE =
            List.of("Called Ines; keeps the catalogue of a seed library.", "Likes short answers with the command.");

    SystemText withGitLines(String... lines) {
        return new SystemText(label, size, model, List.of(lines), memory, day);
    }

    SystemText withMemory(List<String> entries) {
        return new SystemText(label, size, model, gitLines, entries, day);
    }

    SystemText withDay(String newDay) {
        return new SystemText(label, size, model, gitLines, memory, newDay);
    }

    String text() {
        return String.join(
                "\n\n",
                // The label stands behind the sentence by which the profile knows the agent.
                label.isEmpty() ? IDENTITY : IDENTITY + " " + label,
                "# How to work\n" + new Filler(1).paragraph(size.guidanceChars()),
                skills(),
                workspace(),
                "# Project Context\n\n## AGENTS.md\n\n# Seed library\n" + new Filler(2).paragraph(size.rulesChars()),
                block("MEMORY (your personal notes)", memory, MEMORY_LIMIT_CHARS),
                block("USER PROFILE (who the user is)", PROFILE, PROFILE_LIMIT_CHARS),
                "Conversation started: " + day + "\nModel: " + model + "\nProvider: custom");
    }

    private String skills() {
        Filler filler = new Filler(3);
        StringBuilder list = new StringBuilder("## Skills (mandatory)\n<available_skills>\n");
        for (int i = 1; i <= size.skills(); i++) {
            list.append("    - skill-")
                    .append(i)
                    .append(": ")
                    .append(filler.sentence())
                    .append('\n');
        }
        return list.append("</available_skills>").toString();
    }

    private String workspace() {
        return "Workspace (snapshot at session start — re-check with `git` before acting on it):\n"
                + "- Root: /home/ines/seeds\n"
                + String.join("\n", gitLines)
                + "\n- Project: pyproject.toml (uv)\n- Verify: uv run pytest";
    }

    private static String block(String title, List<String> entries, int limitChars) {
        String content = String.join("\n§\n", entries);
        int percent = content.length() * 100 / limitChars;
        String head =
                String.format(Locale.ROOT, "%s [%d%% — %,d/%,d chars]", title, percent, content.length(), limitChars);
        return String.join("\n", RULE, head, RULE, content);
    }
}
