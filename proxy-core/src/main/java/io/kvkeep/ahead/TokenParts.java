package io.kvkeep.ahead;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What llama.cpp is asked so that it reads a prompt in parts of any length: the prompt as its template renders it
 * ({@code /apply-template}), that text as tokens ({@code /tokenize}), and the first so many of them ({@code
 * /completion}). A chat request whose prompt begins with these tokens then goes on behind them (b11434, dense and
 * hybrid: not a token was read twice in 55 parts).
 */
public final class TokenParts {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String ASKED =
            "\"n_predict\":0,\"cache_prompt\":true,\"stream\":true,\"return_progress\":true,\"response_fields\":[\"timings\"]}";

    private final byte[] carried;

    private TokenParts(byte[] carried) {
        this.carried = carried;
    }

    /**
     * Reads what was sent.
     *
     * @param sent a request's body, as the engine got it
     * @return empty if its prompt can't be given as tokens: another dialect has no such way, an image has no tokens, and
     *     an adapter of its own makes a slot forget
     */
    public static Optional<TokenParts> of(Dialect dialect, byte[] sent) {
        if (dialect != Dialect.CHAT_COMPLETIONS) {
            return Optional.empty();
        }
        try {
            Prompt prompt = dialect.read(sent);
            boolean hasMedia = prompt.messages().stream()
                    .anyMatch(message -> !message.media().isEmpty());
            return hasMedia ? Optional.empty() : carried(sent);
        } catch (PromptNotUnderstood | NotJson e) {
            return Optional.empty();
        }
    }

    /** A router chooses by the model, and a lane may have a slot of its own. */
    private static Optional<TokenParts> carried(byte[] sent) throws NotJson {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        fields.write('{');
        JsonCursor cursor = new JsonCursor(sent, 0, sent.length);
        cursor.enter('{');
        while (cursor.nextMember()) {
            String key = cursor.key();
            Range value = cursor.value();
            if (key.equals("lora")) {
                return Optional.empty();
            }
            if (key.equals("model") || key.equals("id_slot")) {
                fields.writeBytes(ascii("\"" + key + "\":"));
                fields.write(sent, value.start(), value.length());
                fields.write(',');
            }
        }
        return Optional.of(new TokenParts(fields.toByteArray()));
    }

    /** Returns a request for {@code /tokenize}: the tokens that the engine makes of a rendered prompt. */
    public byte[] tokenize(String rendered) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(carried);
        body.writeBytes(ascii("\"add_special\":true,\"parse_special\":true,\"content\":\""));
        body.writeBytes(JsonString.escape(rendered));
        body.writeBytes(ascii("\"}"));
        return body.toByteArray();
    }

    /**
     * Returns a request for {@code /completion} that reads the first tokens of a prompt and generates none.
     *
     * @param count how many of them; 1 or more
     */
    public byte[] completion(int[] tokens, int count) {
        StringBuilder prompt = new StringBuilder("\"prompt\":[").append(tokens[0]);
        IntStream.range(1, count).forEach(at -> prompt.append(',').append(tokens[at]));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(carried);
        body.writeBytes(ascii(prompt.append("],").append(ASKED).toString()));
        return body.toByteArray();
    }

    /**
     * Reads an answer of {@code /apply-template}, as in {@code {"prompt":"<|im_start|>user..."}}.
     *
     * @return empty if it is none
     */
    public static Optional<String> rendered(byte[] answer) {
        try (JsonParser parser = JSON.createParser(answer)) {
            boolean found = find(parser, "prompt") && parser.currentToken() == JsonToken.VALUE_STRING;
            return found ? Optional.of(parser.getText()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads an answer of {@code /tokenize}, as in {@code {"tokens":[1,2]}}.
     *
     * @return none if it is none
     */
    public static int[] tokens(byte[] answer) {
        IntStream.Builder tokens = IntStream.builder();
        try (JsonParser parser = JSON.createParser(answer)) {
            if (!find(parser, "tokens") || parser.currentToken() != JsonToken.START_ARRAY) {
                return new int[0];
            }
            while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                tokens.add(parser.getIntValue());
            }
            return parser.currentToken() == JsonToken.END_ARRAY ? tokens.build().toArray() : new int[0];
        } catch (IOException e) {
            return new int[0];
        }
    }

    /** Moves to the value of a field of the answer itself. */
    private static boolean find(JsonParser parser, String field) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = field.equals(parser.currentName());
            parser.nextToken();
            if (found) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
