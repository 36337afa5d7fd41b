package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An answer as an agent sees it.
 *
 * @param text the answer's text, empty if it has none
 * @param callArguments the arguments of the answer's tool call as the engine spelt them
 * @param firstTokenMillis from the request to the first event of a stream that says something, or to the whole of a
 *     plain answer
 */
record Reply(EngineAnswer counts, String text, @Nullable String callArguments, double firstTokenMillis) {
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
                collected.arguments.isEmpty() ? null : collected.arguments.toString(),
                (firstNanos - startNanos) / NANOS_PER_MILLI);
    }

    private static final class Collected {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder arguments = new StringBuilder();

        /** Whether the object says something: text, a call or the end. */
        private boolean add(String json) {
            JsonNode choice = Http.parse(json).path("choices").path(0);
            JsonNode message = choice.has("delta") ? choice.path("delta") : choice.path("message");
            String content = message.path("content").asText("");
            JsonNode call = message.path("tool_calls").path(0);
            // A missing content is null in one engine and empty in another.
            text.append(message.path("content").isNull() ? "" : content);
            arguments.append(call.path("function").path("arguments").asText(""));
            return !text.isEmpty()
                    || call.isObject()
                    || choice.path("finish_reason").isTextual();
        }
    }
}
