package io.kvkeep.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.answer.Emitted;
import io.kvkeep.fixture.RandomJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** One answer of OpenAI responses and the ways to write it; the same seed gives the same answer in the same spelling. */
final class RandomResponse {
    private static final List<String> PIECES =
            List.of("a", "plain words ", "\\\"", "\\\\", "\\n", "\\u0001", "/", "\\/", "é", "\\u00e9", "😀", "data: ");

    private final Random random;
    private final RandomJson json;
    private final List<String> items = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<Emitted.Call> calls = new ArrayList<>();

    RandomResponse(long seed) {
        random = new Random(seed);
        json = new RandomJson(seed);
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            items.add(item());
        }
    }

    /** The stream in bytes, and the offset behind the JSON that tells its end. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Stream(byte[] bytes, int finishOffset) {}

    Emitted emitted() {
        return new Emitted(text.toString(), reasoning.toString(), calls);
    }

    byte[] body() {
        return response(items).getBytes(UTF_8);
    }

    Stream stream() {
        StringBuilder out = new StringBuilder();
        event(out, "response.created", "\"response\":{\"status\":\"in_progress\",\"output\":[]}");
        boolean told = random.nextInt(4) > 0;
        for (String item : items) {
            event(out, "response.output_item.added", "\"item\":{\"type\":\"message\",\"content\":[]}");
            event(out, "response.output_text.delta", "\"delta\":" + json.string());
            if (told) {
                event(out, "response.output_item.done", "\"item\":" + item);
            }
        }
        List<String> repeated = told && random.nextInt(3) == 0 ? List.of() : items;
        String last = random.nextBoolean() ? "response.completed" : "response.incomplete";
        int finish = event(out, last, "\"response\":" + response(repeated));
        if (random.nextInt(4) == 0) {
            out.append("data: [DONE]\n\n");
        }
        return new Stream(
                out.toString().getBytes(UTF_8), out.substring(0, finish).getBytes(UTF_8).length);
    }

    private String item() {
        return switch (random.nextInt(4)) {
            case 0 -> reasoning();
            case 1 ->
                object("\"type\":\"message\"", "\"role\":\"assistant\"", "\"content\":" + parts("output_text", text));
            case 2 -> call("function_call", "arguments");
            default -> call("custom_tool_call", "input");
        };
    }

    private String reasoning() {
        boolean summary = random.nextInt(3) == 0;
        String parts = parts(summary ? "summary_text" : "reasoning_text", reasoning);
        String other = random.nextBoolean() ? "[]" : "null";
        return object(
                "\"type\":\"reasoning\"",
                "\"summary\":" + (summary ? parts : other),
                "\"content\":" + (summary ? other : parts));
    }

    private String call(String type, String field) {
        String name = "tool" + calls.size();
        String arguments = spelled();
        calls.add(new Emitted.Call(name, plain(arguments)));
        return object(
                "\"type\":\"" + type + "\"", "\"name\":\"" + name + "\"", "\"" + field + "\":\"" + arguments + "\"");
    }

    private String parts(String type, StringBuilder said) {
        List<String> parts = new ArrayList<>();
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            String spelled = "x" + spelled();
            said.append(plain(spelled));
            parts.add(object("\"type\":\"" + type + "\"", "\"text\":\"" + spelled + "\""));
        }
        return "[" + String.join(" ,", parts) + "]";
    }

    private String response(List<String> output) {
        return object(
                "\"status\":" + (random.nextBoolean() ? "\"completed\"" : "\"incomplete\""),
                "\"object\":\"response\"",
                "\"error\":null",
                "\"output\":[" + String.join(",", output) + "]");
    }

    /** Returns an object with the members in any order, and one that means nothing among them. */
    private String object(String... members) {
        List<String> shuffled = new ArrayList<>(List.of(members));
        shuffled.add("\"x\":" + json.value(4));
        Collections.shuffle(shuffled, random);
        String blank = random.nextBoolean() ? "" : " ";
        return "{" + blank + String.join("," + blank, shuffled) + blank + "}";
    }

    /** Appends an event and returns the offset behind its data. */
    private int event(StringBuilder out, String type, String field) {
        if (random.nextInt(3) > 0) {
            out.append("event: ").append(type).append('\n');
        }
        String data = object("\"type\":\"" + type + "\"", field);
        for (String line : data.split("\r\n|\n|\r", -1)) {
            out.append("data: ").append(line).append('\n');
        }
        int end = out.length() - 1;
        out.append('\n');
        return end;
    }

    private String spelled() {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            out.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return out.toString();
    }

    private static String plain(String spelled) {
        return spelled.replace("\\\\", "\0")
                .replace("\\\"", "\"")
                .replace("\\n", "\n")
                .replace("\\u0001", "\u0001")
                .replace("\\/", "/")
                .replace("\\u00e9", "é")
                .replace('\0', '\\');
    }
}
