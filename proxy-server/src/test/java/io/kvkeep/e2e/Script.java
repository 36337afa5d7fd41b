package io.kvkeep.e2e;

/**
 * What happens in a {@link LiveSession}, and how long its parts are.
 *
 * @param label tells this run from all others near the start of its system text; empty for none
 * @param turns the number of requests
 * @param memoryEvery the memory changes at turn 4, and again after every so many turns; 0 for never
 * @param compressionTurn the request at which the history is compressed; 0 for none
 * @param toolChars what is added to the description of each tool
 * @param loopChars the tool results of the second request, which brings the prompt to its full length
 * @param resultChars the result of one tool
 */
record Script(
        String label, int turns, int memoryEvery, int compressionTurn, int toolChars, int loopChars, int resultChars) {
    /** Turns before this one fill the prompt; what is measured starts here. */
    static final int FIRST_MEASURED_TURN = 3;

    private static final int FIRST_MEMORY_CHANGE = 4;
    private static final double CHARS_PER_TOKEN = 3.1;
    /** The prompt of {@link #small} in its third turn, in tokens of the tiny models. */
    private static final int SMALL_TOKENS = 5_500;

    /** Twelve turns with three changes of the memory and one compression. */
    static Script small() {
        return new Script("", 12, 3, 9, 0, 2_000, 500);
    }

    /** The same script with a system text that never changes. The compression stays. */
    Script withoutChanges() {
        return new Script(label, turns, 0, compressionTurn, toolChars, loopChars, resultChars);
    }

    boolean changesSystem() {
        return memoryEvery > 0;
    }

    /** The same with prompts of about so many tokens from the third turn on: a third of it tools, the rest history. */
    static Script ofTokens(int tokens) {
        int chars = (int) (Math.max(0, tokens - SMALL_TOKENS) * CHARS_PER_TOKEN);
        int tools = HermesTools.all().size();
        return new Script("", 12, 3, 9, chars / 3 / tools, 2_000 + chars * 2 / 3, 500);
    }

    /** Turns in which nothing changes: what is lost then is lost to other sessions. */
    static Script calm(int turns) {
        return new Script("", turns, 0, 0, 0, 2_000, 500);
    }

    Script labelled(String newLabel) {
        return new Script(newLabel, turns, memoryEvery, compressionTurn, toolChars, loopChars, resultChars);
    }

    boolean changesMemory(int turn) {
        return memoryEvery > 0 && turn >= FIRST_MEMORY_CHANGE && (turn - FIRST_MEMORY_CHANGE) % memoryEvery == 0;
    }

    /** The system text with this script's label behind its first paragraph. */
    String labelledText(String systemText) {
        int end = systemText.indexOf("\n\n");
        return label.isEmpty()
                ? systemText
                : systemText.substring(0, end) + "\n\nInstallation: " + label + systemText.substring(end);
    }
}
