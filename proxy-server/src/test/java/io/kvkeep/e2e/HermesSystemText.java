package io.kvkeep.e2e;

import java.util.List;
import java.util.Locale;

/**
 * A system text in the shape of Hermes Agent: the stable sections with the workspace in their middle, then the memory,
 * the user profile and the lines about the conversation.
 */
record HermesSystemText(List<String> gitLines, List<String> memory, String date) {
    static final String MEMORY_TITLE = "MEMORY (your personal notes)";

    private static final String RULE = "═".repeat(46);
    private static final int MEMORY_LIMIT_CHARS = 2_200;
    private static final int PROFILE_LIMIT_CHARS = 1_375;

    private static final String IDENTITY = """
            You are Hermes Agent, an intelligent AI assistant created by Nous Research. You are patient, exact and \
            friendly. You help with code, with texts and with the small chores of a computer, and you say so plainly \
            when you do not know something.""";

    private static final String GUIDANCE = """
            ## How to work
            - Look before you change: read a file before you patch it, and run the checks after each change.
            - Say in one sentence what you are about to do, then do it with a tool. Do not describe work undone.
            - Prefer the smallest change that solves the task. Leave unrelated code as it is.
            - When a command fails, read its output to the end before you try another one.
            - Never print, store or send credentials. Ask before anything that cannot be undone.
            - Keep answers short: the result first, the reasons behind it, no praise and no filler.

            ## Memory
            You have a memory that outlives this conversation. Save facts that will still be true next month: how \
            the project is built, what the user prefers, what went wrong and why. Do not save progress or plans. \
            When the memory is nearly full, join entries that belong together before you add another one.

            ## Skills (mandatory)
            Before you answer, look through the skills below. If one fits the task, load it with skill_view and \
            follow it, even where you think you know better.
            <available_skills>
              documents:
                - table-layout: Lay out long tables for print and for small screens.
                - plain-language: Rewrite a notice so that a visitor understands it at first reading.
              software:
                - bisect: Find the change that broke a test, by halves.
                - release-notes: Write release notes out of a list of commits.
                - sqlite-tuning: Find out why a query is slow and which index it lacks.
            </available_skills>""";

    private static final String WORKSPACE_HEAD = """
            Workspace (snapshot at session start — re-check with `git` before acting on it):
            - Root: /home/mara/tideboard
            """;

    private static final String WORKSPACE_TAIL = """
            - Project: pyproject.toml (uv)
            - Verify: uv run pytest -q; uv run ruff check""";

    private static final String CONTEXT_FILE = """
            # Project Context
            The following project context files have been loaded and should be followed:

            ## AGENTS.md
            # Tideboard
            Tideboard shows the tides, the wind and the ferry departures of one harbour on a screen at the pier. It \
            is a small Python service with an SQLite file and one HTML page that reloads itself.

            ### Rules
            - Times are kept in UTC and shown in the harbour's time zone. Never store a local time.
            - Heights are millimetres as integers everywhere but in the page, which shows metres with one decimal.
            - Every reader in `tideboard/sources/` is a function from bytes to rows. Fetching is somebody else's job.
            - A source that fails must not take the page down: show its last good rows and their age.
            - New columns need a migration in `migrations/` with the next number. Old migrations are never edited.
            - Tests use the recorded answers in `tests/answers/`. No test opens a socket.
            - The page has to work without JavaScript; the reload is a meta element.

            ### Layout
            - `tideboard/sources/` one module per source: `tides.py`, `wind.py`, `ferries.py`
            - `tideboard/store.py` all SQL, nothing else knows the tables
            - `tideboard/page.py` builds the page out of rows
            - `tideboard/clock.py` the only place that asks for the time""";

    private static final List<String> PROFILE = List.of(
            "The user is called Mara and looks after the displays of the harbour office.",
            "Prefers short answers, with the command to run on a line of its own.",
            "Works on Linux with fish and Helix. Writes British English.");

    HermesSystemText {
        gitLines = List.copyOf(gitLines);
        memory = List.copyOf(memory);
    }

    HermesSystemText withGitLines(String... lines) {
        return new HermesSystemText(List.of(lines), memory, date);
    }

    HermesSystemText withMemory(String... entries) {
        return new HermesSystemText(gitLines, List.of(entries), date);
    }

    HermesSystemText withDate(String newDate) {
        return new HermesSystemText(gitLines, memory, newDate);
    }

    String text() {
        return String.join(
                "\n\n",
                IDENTITY,
                GUIDANCE,
                workspace(),
                CONTEXT_FILE,
                block(MEMORY_TITLE, memory, MEMORY_LIMIT_CHARS),
                block("USER PROFILE (who the user is)", PROFILE, PROFILE_LIMIT_CHARS),
                "Conversation started: " + date + "\nModel: tiny\nProvider: custom");
    }

    /** The sections that no change in these tests touches, and nothing else. */
    static String stableText() {
        return String.join("\n\n", IDENTITY, GUIDANCE, CONTEXT_FILE);
    }

    private String workspace() {
        return WORKSPACE_HEAD + String.join("\n", gitLines) + "\n" + WORKSPACE_TAIL;
    }

    private static String block(String title, List<String> entries, int limitChars) {
        String content = String.join("\n§\n", entries);
        int percent = content.length() * 100 / limitChars;
        String head =
                String.format(Locale.ROOT, "%s [%d%% — %,d/%,d chars]", title, percent, content.length(), limitChars);
        return String.join("\n", RULE, head, RULE, content);
    }
}
