package io.kvkeep.learn;

import java.util.List;

/**
 * How the system texts of one agent begin: what it can be recognised by.
 *
 * <p>It holds text of the prompt, and is for the operator to see, not for logs or metrics.
 *
 * @param words at most 80 characters, without blanks in front; empty if the texts begin in different ways
 * @param atStart whether a system text starts with them; something volatile stands in front of them otherwise
 */
public record FirstWords(String words, boolean atStart) {
    private static final int MAX_CHARS = 80;

    /** What is shorter is found in the prompts of too many agents. */
    private static final int MIN_CHARS = 12;

    /**
     * Returns the first words of what is left of a request's system texts.
     *
     * @param left all system texts without what a profile cuts out
     * @param systemTexts as they came
     */
    static FirstWords of(String left, List<String> systemTexts) {
        String text = left.stripLeading();
        int lineBreak = text.indexOf('\n');
        int end = Math.min(lineBreak < MIN_CHARS ? text.length() : lineBreak, text.length());
        String words = end <= MAX_CHARS ? text.substring(0, end) : wholeWords(text.substring(0, MAX_CHARS));
        return found(words, systemTexts.stream().anyMatch(whole -> whole.startsWith(words)));
    }

    /** Returns the words that both begin with. */
    FirstWords common(FirstWords other) {
        if (words.equals(other.words)) {
            return new FirstWords(words, atStart && other.atStart);
        }
        String same = words.substring(0, LinePair.commonStart(words, other.words));
        return found(wholeWords(same), atStart && other.atStart);
    }

    private static FirstWords found(String words, boolean atStart) {
        boolean enough = words.length() >= MIN_CHARS && Label.isTelling(words);
        return new FirstWords(enough ? words : "", atStart);
    }

    /** Without the last word, of which only a part may be there. */
    private static String wholeWords(String text) {
        int end = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n'));
        return text.substring(0, end + 1);
    }
}
