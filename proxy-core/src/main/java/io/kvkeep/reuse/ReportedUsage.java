package io.kvkeep.reuse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * What an engine says of one prompt in its answer. What it does not say stays empty: unknown, not zero.
 *
 * <p>Sources: llama.cpp b11434 {@code usage.prompt_tokens_details.cached_tokens} and {@code timings.cache_n, prompt_n}
 * (also on the last chunk of a stream that was not asked for usage); Ollama 0.34, vLLM 0.33 with {@code
 * --enable-prompt-tokens-details} and SGLang 0.5 with {@code --enable-cache-report}: the same field of {@code usage};
 * LM Studio 0.4: sizes only. Anthropic messages: {@code usage.cache_read_input_tokens} beside {@code input_tokens},
 * which leaves out what was cached; in a stream at its start. OpenAI responses: {@code input_tokens}, all of them, and
 * {@code input_tokens_details.cached_tokens}. Ollama's own protocol: {@code prompt_eval_count}, and from 0.34 on {@code
 * prompt_eval_cached_count}, a part of it.
 *
 * @param promptTokens size of the prompt, cached tokens included
 * @param cachedTokens how many of them came from the engine's cache
 */
public record ReportedUsage(OptionalLong promptTokens, OptionalLong cachedTokens) {
    /** An answer that says nothing. */
    public static final ReportedUsage NOTHING = new ReportedUsage(OptionalLong.empty(), OptionalLong.empty());

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] USAGE = ascii("\"usage\"");
    private static final byte[] TIMINGS = ascii("\"timings\"");
    private static final byte[] EVALUATED = ascii("\"prompt_eval_count\"");
    private static final byte[] EVALUATED_CACHED = ascii("\"prompt_eval_cached_count\"");
    /** A stream tells its counts at most at its start and at its end; some engines tell them with each chunk. */
    private static final int MOST_OBJECTS = 8;

    private static final int MOST_DIGITS = 15;

    /**
     * Finds the counts in the first and last bytes of an answer: plain JSON, a stream of events, or lines of JSON.
     *
     * @param ends the answer's end, or its start and its end where it is long; quotes inside of texts are escaped there,
     *     so a quoted field name is a field
     */
    public static ReportedUsage read(byte[] ends) {
        ReportedUsage usage = lastObject(ends, USAGE);
        if (usage.cachedTokens().isPresent()) {
            return usage;
        }
        ReportedUsage timings = lastObject(ends, TIMINGS);
        if (timings.cachedTokens().isPresent()) {
            return timings;
        }
        return usage.promptTokens().isPresent()
                ? usage
                : new ReportedUsage(lastNumber(ends, EVALUATED), lastNumber(ends, EVALUATED_CACHED));
    }

    /** Returns the last of the objects with that name that tells of cached tokens, or else the last that tells a size. */
    private static ReportedUsage lastObject(byte[] ends, byte[] name) {
        ReportedUsage found = NOTHING;
        int objects = 0;
        for (int at = ends.length - name.length; at >= 0 && objects < MOST_OBJECTS; at--) {
            int value = startsAt(ends, at, name) ? valueBehind(ends, at + name.length) : -1;
            if (value >= 0 && ends[value] == '{') {
                objects++;
                ReportedUsage usage = parse(ends, value);
                if (usage.cachedTokens().isPresent()) {
                    return usage;
                }
                found = found.promptTokens().isPresent() ? found : usage;
            }
        }
        return found;
    }

    private static OptionalLong lastNumber(byte[] ends, byte[] name) {
        for (int at = ends.length - name.length; at >= 0; at--) {
            int value = startsAt(ends, at, name) ? valueBehind(ends, at + name.length) : -1;
            if (value >= 0) {
                int end = value;
                while (end < ends.length && ends[end] >= '0' && ends[end] <= '9') {
                    end++;
                }
                boolean whole = end > value && end - value <= MOST_DIGITS && end < ends.length;
                return whole
                        ? OptionalLong.of(
                                Long.parseLong(new String(ends, value, end - value, StandardCharsets.US_ASCII)))
                        : OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }

    /** Returns the offset of the value behind the field name, or -1 if there is none. */
    private static int valueBehind(byte[] ends, int from) {
        int at = from;
        while (at < ends.length && (ends[at] == ' ' || ends[at] == ':' || ends[at] == '\n' || ends[at] == '\r')) {
            at++;
        }
        return at > from && at < ends.length ? at : -1;
    }

    private static boolean startsAt(byte[] ends, int at, byte[] name) {
        for (int i = 0; i < name.length; i++) {
            if (ends[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static ReportedUsage parse(byte[] ends, int from) {
        Counts counts = new Counts();
        try (JsonParser parser = JSON.createParser(ends, from, ends.length - from)) {
            int depth = 0;
            do {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return NOTHING;
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (token == JsonToken.VALUE_NUMBER_INT) {
                    counts.take(String.valueOf(parser.currentName()), parser.getLongValue());
                }
            } while (depth > 0);
        } catch (IOException e) {
            return NOTHING; // the answer was cut inside the object: it says nothing
        }
        return counts.usage();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The counts of one object; -1 for those that it does not tell. */
    private static final class Counts {
        private long prompt = -1;
        private long cached = -1;
        private long cacheN = -1;
        private long promptN = -1;
        private long input = -1;
        private long read = -1;
        private long created;

        void take(String name, long value) {
            switch (name) {
                case "prompt_tokens" -> prompt = value;
                case "cached_tokens" -> cached = value;
                case "cache_n" -> cacheN = value;
                case "prompt_n" -> promptN = value;
                case "input_tokens" -> input = value;
                case "cache_read_input_tokens" -> read = value;
                case "cache_creation_input_tokens" -> created = value;
                default -> {}
            }
        }

        ReportedUsage usage() {
            if (cacheN >= 0 && promptN >= 0) {
                return new ReportedUsage(told(cacheN + promptN), told(cacheN));
            }
            if (prompt >= 0 || input < 0) {
                return new ReportedUsage(told(prompt), told(cached));
            }
            return cached >= 0
                    ? new ReportedUsage(told(input), told(cached))
                    : new ReportedUsage(told(input + Math.max(0, read) + created), told(read));
        }

        private static OptionalLong told(long count) {
            return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
        }
    }
}
