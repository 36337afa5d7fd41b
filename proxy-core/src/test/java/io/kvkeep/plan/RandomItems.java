package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A conversation in OpenAI responses, drawn from a seed: everything is fixed but its clock, which can be set. Fields stand
 * in any order, and items may be of types that nobody knows.
 */
final class RandomItems {
    private static final List<String> WORDS = List.of(
            "never push to main",
            "Zo\\u00eb \\/ \\\"so\\\" \\\\ said",
            "a\\tb",
            "😀",
            "größer",
            "v3.12 \\u2028",
            "<env>");

    private final Random random;
    private final List<String> paragraphs = new ArrayList<>();
    private final int clockAt;
    private final int layout;
    private final String items;
    private final String fields;

    RandomItems(long seed) {
        random = new Random(seed);
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            paragraphs.add("Rule " + i + "\\n- " + words());
        }
        clockAt = random.nextInt(count + 1);
        layout = random.nextInt(4);
        items = layout == 3 && random.nextInt(4) == 0 ? '"' + words() + '"' : "[" + String.join(" ,", draw());
        fields = random.nextBoolean() ? "\"store\": false,\"top_p\":0.70,\n" : "\"tools\":[{\"type\":\"web_search\"}],";
    }

    /** Returns the request; 0 leaves the clock out. */
    byte[] body(int clock) {
        List<String> all = new ArrayList<>(paragraphs);
        if (clock > 0) {
            all.add(clockAt, String.format(Locale.ROOT, "Current date: 2026-11-%02d", 1 + clock % 30));
        }
        String system = '"' + String.join("\\n\\n", all) + '"';
        String before = layout == 0 ? "\"instructions\" : " + system + "," : "";
        String behind = layout == 3 ? ",\"instructions\":" + system : "";
        String head = layout == 1 ? "[" + object("\"role\":\"developer\"", "\"content\":" + system) + "," : "";
        String parts =
                "[{\"type\":\"input_text\",\"text\":" + system + "}, {\"type\":\"input_text\",\"text\":\"End\"}]";
        head = layout == 2
                ? "[ " + object("\"type\":\"message\"", "\"role\":\"system\"", "\"content\":" + parts) + " ,"
                : head;
        String input = items.startsWith("[") ? (head.isEmpty() ? "[" : head) + items.substring(1) + "]" : items;
        return ("{" + fields + before + "\"input\" : " + input + behind + "}").getBytes(UTF_8);
    }

    private List<String> draw() {
        List<String> items = new ArrayList<>();
        items.add(user());
        for (int i = random.nextInt(5); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> items.add(object("\"type\":\"web_search_call\"", "\"id\":\"ws_" + i + "\""));
                case 1 -> items.add(object("\"type\":\"reasoning\"", "\"summary\":[]", "\"encrypted_content\":\"x\""));
                case 2 -> items.add(user());
                case 3 -> items.add(object("\"role\":\"assistant\"", "\"content\":\"" + words() + "\""));
                default -> {
                    String id = "\"call_id\":\"call_" + i + "\"";
                    boolean custom = random.nextBoolean();
                    items.add(object(
                            "\"type\":\"" + (custom ? "custom_tool_call\"" : "function_call\""),
                            id,
                            "\"name\":\"f\"",
                            custom ? "\"input\":\"" + words() + "\"" : "\"arguments\":\"{\\\"b\\\":1.0}\""));
                    items.add(object(
                            "\"type\":\"" + (custom ? "custom_tool_call_output\"" : "function_call_output\""),
                            id,
                            "\"output\":" + (random.nextBoolean() ? '"' + words() + '"' : parts())));
                }
            }
        }
        return items;
    }

    private String user() {
        return object("\"role\":\"user\"", "\"content\":" + (random.nextBoolean() ? '"' + words() + '"' : parts()));
    }

    private String parts() {
        String image = "{\"type\":\"input_image\",\"image_url\":\"data:,\"}";
        String text = "{\"type\":\"input_text\",\"text\":\"" + words() + "\"}";
        return switch (random.nextInt(3)) {
            case 0 -> "[ " + image + "]";
            case 1 -> "[" + image + ", " + text + "]";
            default -> "[" + text + "]";
        };
    }

    private String object(String... members) {
        List<String> shuffled = new ArrayList<>(List.of(members));
        Collections.shuffle(shuffled, random);
        return "{" + String.join(random.nextBoolean() ? "," : " , ", shuffled) + "}";
    }

    private String words() {
        StringBuilder out = new StringBuilder("w");
        for (int i = random.nextInt(4); i > 0; i--) {
            out.append(WORDS.get(random.nextInt(WORDS.size()))).append(random.nextBoolean() ? "\\n" : " ");
        }
        return out.append('w').toString();
    }
}
