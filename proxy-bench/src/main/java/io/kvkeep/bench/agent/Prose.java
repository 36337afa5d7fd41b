package io.kvkeep.bench.agent;

import java.util.List;
import java.util.Random;

/** Text that looks like an agent's rules and a repository's files; the same for the same seed. */
final class Prose {
    private static final List<String> WORDS = List.of(
            "read",
            "the",
            "file",
            "before",
            "an",
            "edit",
            "and",
            "run",
            "tests",
            "after",
            "it",
            "naïve",
            "«quoted»",
            "keep",
            "answers",
            "short",
            "größer",
            "日本語",
            "\"exact\"",
            "path\\name",
            "then",
            "report",
            "what",
            "changed",
            "never",
            "guess",
            "a",
            "value",
            "that",
            "one",
            "command",
            "would",
            "show");

    private final Random random;

    Prose(long seed) {
        random = new Random(seed);
    }

    String sentence(int length) {
        StringBuilder text = new StringBuilder(length + 16);
        while (text.length() < length) {
            text.append(word()).append(' ');
        }
        return text.append("done.").toString();
    }

    String paragraphs(int length) {
        StringBuilder text = new StringBuilder(length + 512);
        for (int i = 1; text.length() < length; i++) {
            text.append("## Rule ")
                    .append(i)
                    .append("\n- ")
                    .append(sentence(320))
                    .append("\n\n");
        }
        return text.toString().stripTrailing();
    }

    /**
     * Numbered lines of code. Quotes and escapes are about as frequent as in sessions of Hermes, OpenCode, Qwen Code, pi
     * and Codex: those have a quote in 44 bytes, a backslash in 76, two of them side by side in 340.
     */
    String source(int length) {
        StringBuilder text = new StringBuilder(length + 256);
        for (int i = 1; text.length() < length; i++) {
            text.append(i).append("  ");
            if (i % 2 == 0) {
                text.append("menu.put(\"")
                        .append(word())
                        .append(i % 16 == 0 ? "\\n\", " : "\", ")
                        .append(random.nextInt(10_000))
                        .append("); // ");
            } else {
                text.append("total = total + width * height - margin(")
                        .append(word())
                        .append("); // ");
            }
            for (int words = 0; words < 9; words++) {
                text.append(plainWord()).append(' ');
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** A word without a quote or a backslash. */
    private String plainWord() {
        String word = word();
        return word.indexOf('"') < 0 && word.indexOf('\\') < 0 ? word : "plain";
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }
}
