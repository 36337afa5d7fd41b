package io.kvkeep.simulation;

import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/** Sentences that mean little and are the same in every run, where the size of a text counts and not what it says. */
final class Filler {
    private static final List<String> OPENINGS = List.of(
            "Before anything else,",
            "When the task is larger than one file,",
            "If two ways lead to the same result,",
            "In the usual case",
            "After a failed attempt",
            "Without a clear request",
            "For long lists",
            "Where a name is in doubt,");
    private static final List<String> ACTIONS = List.of(
            "read the part that is about to change",
            "write down which assumption was wrong",
            "choose the step that can be undone",
            "name the file and the line",
            "keep the order in which things arrived",
            "look at the oldest entry first",
            "leave out what nobody asked for",
            "compare the result with the request");
    private static final List<String> REASONS = List.of(
            "so that the next step starts from facts.",
            "because a guess costs more than a look.",
            "unless the user has said otherwise.",
            "and say in one sentence why.",
            "even when the answer seems obvious.",
            "until the check has passed twice.",
            "and stop as soon as it is enough.",
            "since others will read it later.");

    private final Random random;

    /** Equal seeds give equal sentences. */
    Filler(long seed) {
        this.random = new Random(seed);
    }

    String sentence() {
        return pick(OPENINGS) + " " + pick(ACTIONS) + " " + pick(REASONS);
    }

    /** Returns a paragraph of at least that many characters. */
    String paragraph(int chars) {
        StringJoiner text = new StringJoiner(" ");
        while (text.length() < chars) {
            text.add(sentence());
        }
        return text.toString();
    }

    /** Returns numbered lines, as a tool shows a file or finds in it, of at least that many characters. */
    String lines(int chars) {
        StringBuilder text = new StringBuilder();
        for (int line = 1; text.length() < chars; line++) {
            text.append(String.format("%5d|    # %s%n", line, sentence()).replace("\r", ""));
        }
        return text.toString();
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
