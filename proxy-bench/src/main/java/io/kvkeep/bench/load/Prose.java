package io.kvkeep.bench.load;

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

    /** Numbered lines of code with tabs, quotes and escapes. */
    String source(int length) {
        StringBuilder text = new StringBuilder(length + 128);
        for (int i = 1; text.length() < length; i++) {
            text.append(i)
                    .append('\t')
                    .append("menu.put(\"")
                    .append(word())
                    .append("\\n\", ")
                    .append(random.nextInt(10_000))
                    .append("); // ")
                    .append(word())
                    .append(' ')
                    .append(word())
                    .append('\n');
        }
        return text.toString();
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }
}
