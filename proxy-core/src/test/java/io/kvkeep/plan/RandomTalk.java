package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A conversation of an agent, drawn from a seed: its rules, tools and messages are fixed, and its clock and its memory
 * can be set, as an agent sets them from one request to the next. Characters are spelled in any way that JSON allows.
 */
final class RandomTalk {
    private static final String HERMES =
            "You are Hermes Agent, an intelligent AI assistant created by Nous Research. Keep the books.";
    private static final String BAR = "═".repeat(46);
    private static final String[] WORDS = {
        "never push to main",
        "qwen3.5:35b",
        "    return  x / 2",
        "Zoë — \"so\" \\ said",
        "a\tb",
        "😀",
        "Date: see below",
        "v3.12 \u2028",
        "<env>",
        "skill_view_hermes_agent",
        "Today is a good day",
        "</note-0123456789abcdef>"
    };

    private final Random random;
    private final boolean hermes;
    private final List<String> paragraphs = new ArrayList<>();
    private final int clockAt;
    private final int splitAt;
    private final int layout;
    private final String systemTail;
    private final String messages;
    private final String fields;

    RandomTalk(long seed) {
        random = new Random(seed);
        hermes = random.nextInt(3) == 0;
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            paragraphs.add(i == 0 && hermes ? HERMES : "Rule " + i + "\n- " + words());
        }
        clockAt = hermes ? count : random.nextInt(count + 1);
        splitAt = 1 + random.nextInt(count);
        layout = random.nextInt(4);
        systemTail = hermes ? one("", "\n", "\nModel: m", "\nModel: m\n") : one("", "\n", "\n\n", "\nEnd  ");
        messages = drawMessages();
        fields = drawFields();
    }

    /**
     * Returns the request.
     *
     * @param clock changes the date and the time; 0 leaves both out
     * @param memory changes the memory of a Hermes; 0 leaves it out
     */
    byte[] body(int clock, int memory) {
        List<String> all = new ArrayList<>(paragraphs);
        all.addAll(clockAt, values(clock, memory));
        int split = Math.min(splitAt, all.size());
        String one = spell(String.join("\n\n", all) + systemTail);
        String head = spell(String.join("\n\n", all.subList(0, split)));
        String tail = spell(String.join("\n\n", all.subList(split, all.size())) + systemTail);
        String system = switch (layout) {
            case 0 -> message("developer", "[" + part(head) + " ," + part(tail) + "]");
            case 1 -> message("system", '"' + head + '"') + ", " + message("developer", '"' + tail + '"');
            default -> message("system", '"' + one + '"');
        };
        return ("{" + fields + "\"messages\" : [" + system + messages + "]}").getBytes(UTF_8);
    }

    /** Returns the volatile values of a request in their order. */
    List<String> values(int clock, int memory) {
        List<String> values = new ArrayList<>();
        int day = 1 + clock % 30;
        if (hermes) {
            if (memory > 0) {
                String facts = "Fact " + memory + "\n§\n\n" + "more of \"it\"\n".repeat(memory % 3) + "end";
                values.add(BAR + "\nMEMORY (your personal notes) [4% — 9/2,200 chars]\n" + BAR + "\n" + facts);
            }
            if (memory > 0 || clock > 0) {
                // The profile finds the end of the memory by this line.
                values.add(String.format(Locale.ROOT, "Conversation started: Friday, November %02d, 2026", day));
            }
        } else if (clock > 0) {
            values.add(String.format(Locale.ROOT, "Current date: 2026-11-%02d", day));
            values.add(String.format(Locale.ROOT, "  Current time: %02d:15:59 UTC", clock % 24));
        }
        return values;
    }

    private String drawMessages() {
        StringBuilder out = new StringBuilder();
        if (random.nextInt(4) == 0) {
            out.append(" , ").append(message("assistant", '"' + spell("Hello! " + words()) + '"'));
        }
        out.append(",\n").append(userMessage());
        int rounds = random.nextInt(4);
        for (int i = 0; i < rounds; i++) {
            String arguments = spell("{\"b\":1.0, \"a\" : \"" + i + "\\u00e9\"}");
            out.append(",{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_")
                    .append(i);
            out.append("\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"")
                    .append(arguments);
            out.append("\"}}]},{\"tool_call_id\":\"call_").append(i).append("\",\"role\":\"tool\",\"content\":\"");
            out.append(spell(words())).append("\"}");
            out.append(random.nextBoolean() ? "," + userMessage() : "");
        }
        if (random.nextInt(4) == 0) {
            out.append(',').append(message("system", "\"late\\n\\nCurrent date: 2026-11-20\""));
        }
        return out.toString();
    }

    private String userMessage() {
        String image = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:,\"}}";
        return switch (random.nextInt(3)) {
            case 0 -> message("user", "[" + image + ", " + part(spell(words())) + "," + part("second") + "]");
            default -> message("user", '"' + spell(words()) + '"');
        };
    }

    private String drawFields() {
        StringBuilder out = new StringBuilder(random.nextBoolean() ? "\"temperature\" : 0.70,\n" : "\"n\":1e5,");
        if (random.nextBoolean()) {
            out.append("\"tools\": [{\"type\":\"function\",\"function\":{\"name\":\"")
                    .append(spell("f é/"))
                    .append("\", \"parameters\" :{}}}],");
        }
        return out.append(random.nextBoolean() ? "\"stream\":true," : "").toString();
    }

    private String words() {
        StringBuilder out = new StringBuilder();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            out.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextBoolean() ? "\n" : " ");
        }
        return out.toString().strip();
    }

    private String one(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static String message(String role, String content) {
        return "{ \"role\":\"" + role + "\", \"content\" : " + content + "}";
    }

    private static String part(String spelled) {
        return "{\"type\":\"text\",\"text\":\"" + spelled + "\"}";
    }

    /** Spells a text as the inside of a JSON string; each character always in the same way, as a client would. */
    private static String spell(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\u0009");
                case '/' -> out.append("\\/");
                case 'é', 'ë', 'q' -> out.append(String.format(Locale.ROOT, "\\u%04X", (int) c));
                default -> out.append(c);
            }
        }
        return out.toString();
    }
}
