package io.kvkeep.reuse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How long an engine says that it read at a prompt, cached tokens left out.
 *
 * <p>Sources: llama.cpp b11434 {@code timings.prompt_n} and {@code timings.prompt_ms}; Ollama 0.34 on its own protocol
 * {@code prompt_eval_count} less {@code prompt_eval_cached_count}, and {@code prompt_eval_duration} in nanoseconds. vLLM,
 * SGLang and LM Studio tell no time in their answers.
 *
 * @param tokens how many it read; more than 0
 * @param millis how long that took; more than 0
 */
public record PrefillTime(long tokens, double millis) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] TIMINGS = "\"timings\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVALUATED = "\"prompt_eval_count\"".getBytes(StandardCharsets.US_ASCII);
    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * Finds the time in the last bytes of an answer: plain JSON, a stream of events, or lines of JSON.
     *
     * @param end quotes inside of texts are escaped there, so a quoted field name is a field
     */
    public static Optional<PrefillTime> read(byte[] end) {
        int timings = last(end, TIMINGS);
        if (timings >= 0) {
            return new Fields().read(end, timings + TIMINGS.length).time();
        }
        int evaluated = last(end, EVALUATED);
        // The fields of a line may come in any order; the line is read from its start.
        return evaluated < 0
                ? Optional.empty()
                : new Fields().read(end, lineStart(end, evaluated)).time();
    }

    private static int last(byte[] bytes, byte[] name) {
        for (int at = bytes.length - name.length; at >= 0; at--) {
            int i = 0;
            while (i < name.length && bytes[at + i] == name[i]) {
                i++;
            }
            if (i == name.length) {
                return at;
            }
        }
        return -1;
    }

    /** Returns where the object begins whose last fields are meant; a long line may have lost its start. */
    private static int lineStart(byte[] bytes, int from) {
        int at = from;
        while (at > 0 && bytes[at - 1] != '\n') {
            at--;
        }
        return bytes[at] == '{' ? at : from;
    }

    /** The numbers of one object that matter; -1 for those that it does not tell. */
    private static final class Fields {
        private double promptN = -1;
        private double promptMillis = -1;
        private double evaluated = -1;
        private double cached = -1;
        private double nanos = -1;

        /** Reads on from a place until the object ends, or what is left of it can't be read. */
        Fields read(byte[] bytes, int from) {
            int at = from;
            while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == ':')) {
                at++;
            }
            boolean whole = at < bytes.length && bytes[at] == '{';
            byte[] text = whole ? bytes : opened(bytes, at);
            try (JsonParser parser = JSON.createParser(text, whole ? at : 0, text.length - (whole ? at : 0))) {
                int depth = 0;
                do {
                    JsonToken token = parser.nextToken();
                    if (token == null) {
                        break;
                    }
                    depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                    if (token.isNumeric() && depth == 1) {
                        take(String.valueOf(parser.currentName()), parser.getDoubleValue());
                    }
                } while (depth > 0);
            } catch (IOException e) {
                // cut off: what was told until there counts
            }
            return this;
        }

        private static byte[] opened(byte[] bytes, int from) {
            byte[] text = new byte[bytes.length - from + 1];
            text[0] = '{';
            System.arraycopy(bytes, from, text, 1, bytes.length - from);
            return text;
        }

        private void take(String name, double value) {
            switch (name) {
                case "prompt_n" -> promptN = value;
                case "prompt_ms" -> promptMillis = value;
                case "prompt_eval_count" -> evaluated = value;
                case "prompt_eval_cached_count" -> cached = value;
                case "prompt_eval_duration" -> nanos = value;
                default -> {}
            }
        }

        /** An engine that counts cached tokens as read, and does not say how many, tells no speed. */
        Optional<PrefillTime> time() {
            boolean ollama = promptN < 0;
            double tokens = ollama ? cached < 0 ? -1 : evaluated - cached : promptN;
            double millis = ollama ? nanos / NANOS_PER_MILLI : promptMillis;
            return tokens >= 1 && millis > 0 ? Optional.of(new PrefillTime((long) tokens, millis)) : Optional.empty();
        }
    }
}
