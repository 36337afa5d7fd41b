package io.kvkeep.ahead;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The request with which Ollama (0.34) keeps a model loaded: {@code /api/generate} without a prompt. It leaves the cache
 * as it is if it names the options with which the model was loaded, and loads the model anew, without its cache, if it
 * names others.
 */
public final class KeepLoaded {
    /** Where it is sent. */
    public static final String PATH = "/api/generate";

    private KeepLoaded() {}

    /**
     * Makes the request.
     *
     * @param sent the last request for the model, as the engine got it
     * @param seconds how long the model is to stay, from now on
     * @return empty if the agent says itself how long the model is to stay, or names none
     */
    public static Optional<byte[]> body(Dialect dialect, byte[] sent, int seconds) {
        boolean own = dialect == Dialect.OLLAMA_CHAT || dialect == Dialect.OLLAMA_GENERATE;
        String model = "";
        String options = "";
        try {
            JsonCursor cursor = new JsonCursor(sent, 0, sent.length);
            cursor.enter('{');
            while (cursor.nextMember()) {
                if (own && cursor.keyIs("keep_alive")) {
                    return Optional.empty();
                }
                boolean isModel = cursor.keyIs("model");
                boolean isOptions = own && cursor.keyIs("options");
                Range value = cursor.value();
                if (isModel) {
                    model = text(sent, value);
                } else if (isOptions) {
                    options = ",\"options\":" + text(sent, value);
                }
            }
        } catch (NotJson e) {
            return Optional.empty();
        }
        String body = "{\"model\":" + model + options + ",\"keep_alive\":" + seconds + ",\"stream\":false}";
        return model.isEmpty() ? Optional.empty() : Optional.of(body.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Bytes as they are, whatever they stand for. */
    private static String text(byte[] body, Range range) {
        return new String(body, range.start(), range.length(), StandardCharsets.ISO_8859_1);
    }
}
