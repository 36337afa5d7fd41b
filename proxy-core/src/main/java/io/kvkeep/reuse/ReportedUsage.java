package io.kvkeep.reuse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an engine says of one prompt at the end of its answer. What it does not say stays empty: unknown, not zero.
 *
 * <p>Sources: llama.cpp b11434 {@code usage.prompt_tokens_details.cached_tokens} and {@code timings.cache_n, prompt_n}
 * (also on the last chunk of a stream that was not asked for usage); Ollama 0.34, vLLM 0.33 with {@code
 * --enable-prompt-tokens-details} and SGLang 0.5 with {@code --enable-cache-report}: the same field of {@code usage};
 * LM Studio 0.4: sizes only.
 *
 * @param promptTokens size of the prompt, cached tokens included
 * @param cachedTokens how many of them came from the engine's cache
 */
public record ReportedUsage(OptionalLong promptTokens, OptionalLong cachedTokens) {
    /** An answer that says nothing. */
    public static final ReportedUsage NOTHING = new ReportedUsage(OptionalLong.empty(), OptionalLong.empty());

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] USAGE = "\"usage\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TIMINGS = "\"timings\"".getBytes(StandardCharsets.US_ASCII);

    /**
     * Finds the counts in the last bytes of an answer, plain JSON or a stream of events.
     *
     * @param tail the answer's end; quotes inside of texts are escaped there, so a quoted field name is a field
     */
    public static ReportedUsage read(byte[] tail) {
        ReportedUsage usage = lastObject(tail, USAGE).orElse(NOTHING);
        return usage.cachedTokens().isPresent()
                ? usage
                : lastObject(tail, TIMINGS)
                        .filter(timings -> timings.cachedTokens().isPresent())
                        .orElse(usage);
    }

    private static Optional<ReportedUsage> lastObject(byte[] tail, byte[] name) {
        for (int at = tail.length - name.length; at >= 0; at--) {
            if (startsAt(tail, at, name)) {
                int value = valueBehind(tail, at + name.length);
                if (value >= 0) {
                    return parse(tail, value);
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the offset of the object behind the field name, or -1 if something else stands there. */
    private static int valueBehind(byte[] tail, int from) {
        int at = from;
        while (at < tail.length && (tail[at] == ' ' || tail[at] == ':' || tail[at] == '\n' || tail[at] == '\r')) {
            at++;
        }
        return at > from && at < tail.length && tail[at] == '{' ? at : -1;
    }

    private static boolean startsAt(byte[] tail, int at, byte[] name) {
        for (int i = 0; i < name.length; i++) {
            if (tail[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static Optional<ReportedUsage> parse(byte[] tail, int from) {
        OptionalLong prompt = OptionalLong.empty();
        OptionalLong cached = OptionalLong.empty();
        OptionalLong cacheN = OptionalLong.empty();
        OptionalLong promptN = OptionalLong.empty();
        try (JsonParser parser = JSON.createParser(tail, from, tail.length - from)) {
            int depth = 0;
            do {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return Optional.empty();
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (token == JsonToken.VALUE_NUMBER_INT) {
                    OptionalLong value = OptionalLong.of(parser.getLongValue());
                    switch (String.valueOf(parser.currentName())) {
                        case "prompt_tokens" -> prompt = value;
                        case "cached_tokens" -> cached = value;
                        case "cache_n" -> cacheN = value;
                        case "prompt_n" -> promptN = value;
                        default -> {}
                    }
                }
            } while (depth > 0);
        } catch (IOException e) {
            return Optional.empty(); // the answer was cut inside the object: it says nothing
        }
        if (cacheN.isPresent() && promptN.isPresent()) {
            cached = cacheN;
            prompt = OptionalLong.of(cacheN.getAsLong() + promptN.getAsLong());
        }
        return Optional.of(new ReportedUsage(prompt, cached));
    }
}
