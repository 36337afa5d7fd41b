package io.kvkeep.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.answer.Emitted;
import io.kvkeep.fixture.RandomJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/** One answer of chat completions and the ways to write it; the same seed gives the same answer in the same spelling. */
final class RandomAnswer {
    private static final List<String> PIECES = List.of(
            "a", "plain words ", "\"", "\\", "\n", "\t", "\u0001", "/", "é", "€", "😀", "\u2028", "data: ", "}");
    private static final List<String> BLANKS = List.of("", "", "", "", " ", "\t", "\r", "\n", " \n ");
    private static final List<String> NOISE =
            List.of(": ping", ":", "event: message", "event", "id: 7", "id", "retry: 100", "data");

    private final Random random;
    private final RandomJson json;
    private final Emitted emitted;
    private final String lineEnd;

    RandomAnswer(long seed) {
        this.random = new Random(seed);
        this.json = new RandomJson(seed);
        this.lineEnd = random.nextBoolean() ? "\n" : "\r\n";
        this.emitted =
                new Emitted(text(random.nextInt(8)), random.nextBoolean() ? "" : text(random.nextInt(8)), calls());
    }

    /** The stream in bytes, and the offset behind the JSON that tells its finish. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Stream(byte[] bytes, int finishOffset) {}

    Emitted emitted() {
        return emitted;
    }

    private List<Emitted.Call> calls() {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> new Emitted.Call("tool" + text(1), random.nextInt(8) == 0 ? text(3) : json.value(3)))
                .toList();
    }

    private String text(int pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(one(PIECES));
        }
        return text.toString();
    }

    Stream stream() {
        StringBuilder out = new StringBuilder();
        for (String delta : deltas()) {
            event(out, chunk("\"delta\"" + blank() + ":" + blank() + delta, random.nextBoolean() ? "" : "null"));
        }
        String last = random.nextBoolean() ? "\"delta\":{}" : "\"logprobs\":null";
        int finishOffset = event(out, chunk(last, random.nextBoolean() ? "\"stop\"" : "\"tool_calls\""));
        if (random.nextBoolean()) {
            event(out, object("\"choices\":[]", "\"usage\":{\"prompt_tokens\":7}"));
        }
        if (random.nextBoolean()) {
            out.append("data: [DONE]").append(lineEnd).append(lineEnd);
        }
        if (random.nextInt(4) == 0) {
            out.setLength(out.length() - lineEnd.length()); // some engines forget the last blank line
        }
        byte[] bytes = out.toString().getBytes(UTF_8);
        return new Stream(bytes, out.substring(0, finishOffset).getBytes(UTF_8).length);
    }

    byte[] body() {
        List<String> calls = new ArrayList<>();
        for (Emitted.Call call : emitted.calls()) {
            calls.add(object(
                    "\"type\":\"function\"",
                    "\"index\":0", // Ollama before 0.5 counted wrongly
                    "\"function\":"
                            + object("\"name\":" + spell(call.name()), "\"arguments\":" + spell(call.arguments()))));
        }
        List<String> fields = new ArrayList<>();
        fields.add("\"content\":" + content());
        fields.add((random.nextBoolean() ? "\"reasoning\":" : "\"reasoning_content\":") + spell(emitted.reasoning()));
        fields.add(calls.isEmpty() ? "\"tool_calls\":null" : "\"tool_calls\":[" + String.join(",", calls) + "]");
        fields.add("\"function_call\":null");
        String message = object(fields.toArray(String[]::new));
        return chunk("\"message\":" + message, "\"stop\"").getBytes(UTF_8);
    }

    private String content() {
        String text = emitted.text();
        if (text.isEmpty() && random.nextBoolean()) {
            return "null";
        }
        if (random.nextBoolean()) {
            return spell(text);
        }
        List<String> parts = cut(text).stream()
                .map(piece -> object("\"type\":\"text\"", "\"text\":" + spell(piece)))
                .toList();
        return "[" + String.join(",", parts) + "]";
    }

    /** Returns the objects that say the answer in pieces: each text in its order, the texts in any mixture. */
    private List<String> deltas() {
        List<List<String>> tracks = new ArrayList<>();
        String reasoning = random.nextBoolean() ? "reasoning" : "reasoning_content";
        tracks.add(cut(emitted.reasoning()).stream()
                .map(p -> object("\"" + reasoning + "\":" + spell(p)))
                .toList());
        tracks.add(cut(emitted.text()).stream()
                .map(p -> object("\"content\":" + spell(p)))
                .toList());
        for (int i = 0; i < emitted.calls().size(); i++) {
            tracks.add(callDeltas(i, emitted.calls().get(i)));
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < tracks.size(); i++) {
            order.addAll(Collections.nCopies(tracks.get(i).size(), i));
        }
        Collections.shuffle(order, random);
        int[] next = new int[tracks.size()];
        List<String> deltas = new ArrayList<>();
        deltas.add(object("\"role\":\"assistant\"", random.nextBoolean() ? "\"content\":null" : "\"content\":\"\""));
        for (int track : order) {
            deltas.add(tracks.get(track).get(next[track]++));
        }
        return deltas;
    }

    private List<String> callDeltas(int index, Emitted.Call call) {
        List<String> deltas = new ArrayList<>();
        List<String> pieces = cut(call.arguments());
        String first = random.nextBoolean() ? "\"arguments\":\"\"" : "\"arguments\":" + spell(pieces.remove(0));
        deltas.add(callDelta(index, "\"id\":\"call_" + index + "\"", object("\"name\":" + spell(call.name()), first)));
        List<String> names = List.of("\"name\":null", "\"name\":\"\"", "\"name\":" + spell(call.name()), "\"x\":0");
        for (String piece : pieces) {
            deltas.add(callDelta(index, "\"id\":null", object(one(names), "\"arguments\":" + spell(piece))));
        }
        return deltas;
    }

    private String callDelta(int index, String id, String function) {
        return object("\"tool_calls\":[" + object("\"index\":" + index, id, "\"function\":" + function) + "]");
    }

    private List<String> cut(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(9));
            pieces.add(text.substring(from, to)); // also between the halves of a surrogate pair
            from = to;
        }
        if (pieces.isEmpty()) {
            pieces.add("");
        }
        return pieces;
    }

    private String chunk(String part, String finishReason) {
        List<String> fields = new ArrayList<>(List.of(part, "\"index\":0", "\"x\":" + json.value(4)));
        if (!finishReason.isEmpty()) {
            fields.add("\"finish_reason\":" + finishReason);
        }
        String choices = "\"choices\":[" + object(fields.toArray(String[]::new)) + blank() + "]";
        return object("\"object\":\"chat.completion.chunk\"", "\"error\":null", choices, "\"y\":" + json.value(4));
    }

    private String object(String... members) {
        List<String> shuffled = new ArrayList<>(List.of(members));
        Collections.shuffle(shuffled, random);
        return "{" + blank() + String.join("," + blank(), shuffled) + blank() + "}";
    }

    /** Appends an event and returns the offset behind its data. */
    private int event(StringBuilder out, String data) {
        noise(out);
        int end = 0;
        for (String line : data.split("\n", -1)) {
            out.append(random.nextBoolean() ? "data: " : "data:").append(line);
            end = out.length();
            out.append(lineEnd);
        }
        noise(out);
        out.append(lineEnd);
        return end;
    }

    private void noise(StringBuilder out) {
        if (random.nextInt(4) == 0) {
            String line = one(NOISE);
            out.append(line).append(lineEnd).append(line.equals("data") ? "" : lineEnd.repeat(random.nextInt(2)));
        }
    }

    private String spell(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
            int shortEscape = "\b\t\n\f\r\"\\/".indexOf(c);
            boolean mustEscape = c < ' ' || c == '"' || c == '\\' || (Character.isSurrogate(c) && !pair);
            if (shortEscape >= 0 && (mustEscape || random.nextInt(4) == 0)) {
                out.append('\\').append("btnfr\"\\/".charAt(shortEscape));
            } else if (mustEscape || random.nextInt(8) == 0) {
                out.append(String.format(Locale.ROOT, random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) c));
            } else {
                out.append(c);
                if (pair) {
                    out.append(text.charAt(++i));
                }
            }
        }
        return out.append('"').toString();
    }

    private String blank() {
        return one(BLANKS);
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
