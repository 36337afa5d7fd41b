package io.kvkeep.determined;

import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of requests that can be determined, which means that the engine, the model and the body leave only one
 * answer.
 *
 * <p>Embeddings always are. What a model says is where it is told not to draw lots: the temperature is 0, or the seed
 * is fixed, which is a whole number from 0 on (less than none stands for a random one, and so does 4294967295 in
 * llama.cpp b11434). A request that says neither is not determined, whatever the engine takes for the temperature then.
 * And it is not where the answer hangs on anything else: what the engine keeps of earlier answers, tools that it runs
 * itself, media behind an address.
 */
public enum RequestKind {
    /** {@code /v1/embeddings}, and Ollama's {@code /api/embed} and {@code /api/embeddings}. */
    EMBEDDINGS("embeddings"),
    /** {@code /v1/chat/completions}: {@code temperature} or {@code seed}. */
    CHAT_COMPLETIONS("chat-completions"),
    /** {@code /v1/completions}: {@code temperature} or {@code seed}. */
    COMPLETIONS("completions"),
    /** {@code /v1/responses}: {@code temperature}; the protocol has no seed. */
    RESPONSES("responses"),
    /** {@code /v1/messages}: {@code temperature}; the protocol has no seed. */
    MESSAGES("messages"),
    /** {@code /api/chat}: {@code options.temperature} or {@code options.seed}; without messages it loads a model. */
    OLLAMA_CHAT("ollama-chat"),
    /** {@code /api/generate}: the same options; without a prompt it loads or unloads a model. */
    OLLAMA_GENERATE("ollama-generate");

    private static final Pattern ZERO = Pattern.compile("-?0(\\.0+)?([eE][+-]?[0-9]+)?");
    private static final Pattern SEED = Pattern.compile("[0-9]{1,18}");
    private static final String RANDOM_SEED = "4294967295";

    /** Tools that the client runs; any other is a name for something that the engine does. */
    private static final Set<String> CLIENT_TOOLS = Set.of("function", "custom");

    private final String id;

    RequestKind(String id) {
        this.id = id;
    }

    /** Returns the name, which is also a label in the metrics. */
    public String id() {
        return id;
    }

    /**
     * Finds the kind of a request.
     *
     * @param method the HTTP method, upper case
     * @param target the request target, with or without a query
     */
    public static Optional<RequestKind> of(String method, String target) {
        int query = target.indexOf('?');
        return method.equals("POST")
                ? Optional.ofNullable(of(query < 0 ? target : target.substring(0, query)))
                : Optional.empty();
    }

    private static @Nullable RequestKind of(String path) {
        if (path.endsWith("/embeddings") || path.endsWith("/api/embed")) {
            return EMBEDDINGS;
        } else if (path.endsWith("/chat/completions")) {
            return CHAT_COMPLETIONS;
        } else if (path.endsWith("/completions")) {
            return COMPLETIONS;
        } else if (path.endsWith("/responses")) {
            return RESPONSES;
        } else if (path.endsWith("/messages")) {
            return MESSAGES;
        } else if (path.endsWith("/api/chat")) {
            return OLLAMA_CHAT;
        }
        return path.endsWith("/api/generate") ? OLLAMA_GENERATE : null;
    }

    /** Tells whether a request with that body is determined; one that is no JSON object, or has two readings, is not. */
    public boolean isDetermined(byte[] body) {
        Range all = new Range(0, body.length);
        try {
            return saysSo(Members.of(body, all)) && !RemoteContent.isIn(body, all);
        } catch (NotJson e) {
            return false;
        }
    }

    private boolean saysSo(Members body) throws NotJson {
        return switch (this) {
            case EMBEDDINGS -> true;
            case CHAT_COMPLETIONS -> (isGreedy(body) || isSeeded(body)) && !body.has("web_search_options");
            case COMPLETIONS -> isGreedy(body) || isSeeded(body);
            case RESPONSES ->
                isGreedy(body)
                        && clientRunsTools(body)
                        && hasNone(body, "previous_response_id", "conversation", "prompt")
                        && !body.spelling("background").equals("true");
            case MESSAGES -> isGreedy(body) && clientRunsTools(body) && hasNone(body, "container", "mcp_servers");
            case OLLAMA_CHAT -> body.isFilled("messages") && optionsSaySo(body);
            case OLLAMA_GENERATE -> body.isFilled("prompt") && optionsSaySo(body);
        };
    }

    private static boolean optionsSaySo(Members body) throws NotJson {
        Members options = body.object("options");
        return options != null && (isGreedy(options) || isSeeded(options));
    }

    private static boolean isGreedy(Members options) {
        return ZERO.matcher(options.spelling("temperature")).matches();
    }

    private static boolean isSeeded(Members options) {
        String seed = options.spelling("seed");
        return SEED.matcher(seed).matches() && !seed.equals(RANDOM_SEED);
    }

    private static boolean hasNone(Members body, String... names) {
        return List.of(names).stream().noneMatch(body::has);
    }

    private static boolean clientRunsTools(Members body) throws NotJson {
        return body.objects("tools").stream()
                .allMatch(tool -> !tool.has("type") || CLIENT_TOOLS.contains(tool.text("type")));
    }

    /**
     * Tells whether an answer with status 200 to a request of this kind is whole and no error.
     *
     * @param contentType as the head of the answer has it
     * @param body all of the answer, without transfer or content coding
     */
    public boolean isWhole(String contentType, byte[] body) {
        return new WholeAnswer(this).isWhole(contentType, body);
    }
}
