package io.kvkeep.simulation;

/**
 * The cache of an engine with one slot: it holds the last prompt with the answer that was generated behind it, and a
 * new prompt is read from the first token on that differs.
 *
 * <p>A token is four characters. Real tokens are words and parts of words; on English prose and code their number is
 * about the same.
 */
final class PrefixSlot {
    static final int TOKEN_CHARS = 4;

    private String held = "";

    /** Takes a prompt in, keeps it with its answer, and says what was there already. */
    synchronized Count take(String prompt, String answer) {
        int tokens = tokens(prompt.length());
        int cached = prompt.equals(held) ? tokens : sharedChars(held, prompt) / TOKEN_CHARS;
        held = prompt + answer;
        // The last token is always computed again: the first token of the answer comes out of it.
        return new Count(tokens, Math.min(cached, tokens - 1));
    }

    static int tokens(int chars) {
        return (chars + TOKEN_CHARS - 1) / TOKEN_CHARS;
    }

    private static int sharedChars(String one, String other) {
        int end = Math.min(one.length(), other.length());
        int at = 0;
        while (at < end && one.charAt(at) == other.charAt(at)) {
            at++;
        }
        return at;
    }

    /** A prompt's size, and how much of it was there already, in tokens. */
    record Count(int prompt, int cached) {}
}
