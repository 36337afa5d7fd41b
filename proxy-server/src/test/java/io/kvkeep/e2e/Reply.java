package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An answer as an agent sees it.
 *
 * @param text the answer's text, empty if it has none
 * @param calls the answer's tool calls, as the engine spelt them; none if the answer was cut off
 * @param firstTokenMillis from the request to the first event of a stream that says something, or to the whole of a
 *     plain answer
 */
record Reply(EngineAnswer counts, String text, List<Call> calls, double firstTokenMillis) {
    record Call(String name, String arguments) {
        /** A stream brings a call in pieces. */
        private Call with(Call next) {
            return new Call(name + next.name, arguments + next.arguments);
        }
    }

    private static final double NANOS_PER_MILLI = 1e6;
    private static final String DATA = "data: {";

    static Reply to(URI server, String body) {
        long startNanos = System.nanoTime();
        long firstNanos = 0;
        StringBuilder answer = new StringBuilder();
        Collected collected = new Collected();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Http.openChat(server, body), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answer.append(line).append('\n');
                boolean isEvent = line.startsWith(DATA);
                if (isEvent || line.startsWith("{")) {
                    boolean says = collected.add(isEvent ? line.substring(DATA.length() - 1) : line);
                    firstNanos = firstNanos == 0 && says ? System.nanoTime() : firstNanos;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Reply(
                EngineAnswer.of(answer.toString()),
                collected.text.toString(),
                collected.calls(),
                (firstNanos - startNanos) / NANOS_PER_MILLI);
    }

    private static final class Collected {
        private final StringBuilder text = new StringBuilder();
        private final SortedMap<Integer, Call> calls = new TreeMap<>();
        private boolean cutOff;

        /** Whether the object says something: text, a call or the end. */
        private boolean add(String json) {
            JsonNode choice = Http.parse(json).path("choices").path(0);
            JsonNode message = choice.has("delta") ? choice.path("delta") : choice.path("message");
            String content = message.path("content").asText("");
            // A missing content is null in one engine and empty in another.
            text.append(message.path("content").isNull() ? "" : content);
            for (JsonNode call : message.path("tool_calls")) {
                JsonNode function = call.path("function");
                calls.merge(
                        call.path("index").asInt(calls.size()),
                        new Call(
                                function.path("name").asText(""),
                                function.path("arguments").asText("")),
                        Call::with);
            }
            cutOff |= choice.path("finish_reason").asText("").equals("length");
            return !text.isEmpty()
                    || !calls.isEmpty()
                    || choice.path("finish_reason").isTextual();
        }

        private List<Call> calls() {
            return cutOff ? List.of() : List.copyOf(calls.values());
        }
    }
}
