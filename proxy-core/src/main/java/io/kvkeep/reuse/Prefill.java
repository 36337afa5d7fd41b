package io.kvkeep.reuse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long an engine took to read the part of a prompt that it did not hold, by its own clock.
 *
 * <p>Sources: llama.cpp b11434 {@code timings.prompt_n} and {@code timings.prompt_ms}, without what was cached, also on
 * the last chunk of a stream; Ollama 0.34, its own protocol: {@code prompt_eval_duration} in nanoseconds, for {@code
 * prompt_eval_count} without {@code prompt_eval_cached_count}. Before 0.34 Ollama tells no cached count, so what the time
 * was for is not known. vLLM 0.33, SGLang 0.5 and LM Studio 0.4 tell no times.
 *
 * @param tokens how many were read, at least 1
 * @param micros in how many microseconds, at least 1
 */
public record Prefill(long tokens, long micros) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] TIMINGS = ascii("\"timings\"");
    private static final byte[] COUNT = ascii("\"prompt_eval_count\"");
    private static final byte[] CACHED = ascii("\"prompt_eval_cached_count\"");
    private static final byte[] NANOS = ascii("\"prompt_eval_duration\"");

    /** Checks the ranges. */
    public Prefill {
        if (tokens < 1 || micros < 1) {
            throw new IllegalArgumentException(tokens + " tokens in " + micros + " µs are no speed");
        }
    }

    /**
     * Finds the times in the first and last bytes of an answer, as {@link ReportedUsage#read} does the counts.
     *
     * @return empty if the engine does not tell, or read nothing
     */
    public static Optional<Prefill> read(byte[] ends) {
        int timings = ReportedUsage.lastObject(ends, TIMINGS);
        if (timings >= 0) {
            return timings(ends, timings);
        }
        OptionalLong nanos = ReportedUsage.lastNumber(ends, NANOS);
        if (nanos.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong count = ReportedUsage.lastNumber(ends, COUNT);
        OptionalLong cached = ReportedUsage.lastNumber(ends, CACHED);
        return count.isPresent() && cached.isPresent()
                ? of(count.getAsLong() - cached.getAsLong(), nanos.getAsLong() / 1_000)
                : Optional.empty();
    }

    /** Returns the speed in tokens a second. */
    public double tokensPerSecond() {
        return tokens * 1e6 / micros;
    }

    private static Optional<Prefill> timings(byte[] ends, int from) {
        long tokens = 0;
        double millis = 0;
        try (JsonParser parser = JSON.createParser(ends, from, ends.length - from)) {
            int depth = 0;
            do {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return Optional.empty();
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (token.isNumeric() && "prompt_n".equals(parser.currentName())) {
                    tokens = parser.getValueAsLong();
                } else if (token.isNumeric() && "prompt_ms".equals(parser.currentName())) {
                    millis = parser.getValueAsDouble();
                }
            } while (depth > 0);
        } catch (IOException e) {
            return Optional.empty(); // the answer was cut inside the object: it says nothing
        }
        return of(tokens, Math.round(millis * 1_000));
    }

    private static Optional<Prefill> of(long tokens, long micros) {
        return tokens < 1 || micros < 1 ? Optional.empty() : Optional.of(new Prefill(tokens, micros));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
