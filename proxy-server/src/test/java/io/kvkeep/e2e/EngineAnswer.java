package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.JsonNode;

/** What the engine says about one prompt: how long it was, and how much of it came out of the cache. */
record EngineAnswer(int promptTokens, int cachedTokens) {
    EngineAnswer {
        if (cachedTokens < 0 || cachedTokens > promptTokens) {
            throw new IllegalArgumentException(cachedTokens + " cached of " + promptTokens + " prompt tokens");
        }
    }

    /** Reads the last {@code usage} object of a streamed answer, or the only one of a plain answer. */
    static EngineAnswer of(String body) {
        if (body.startsWith("{")) {
            return ofUsage(Http.parse(body).path("usage"), body);
        }
        JsonNode last = body.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> Http.parse(line.substring("data:".length())).path("usage"))
                .filter(JsonNode::isObject)
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> new AssertionError("no usage in " + body));
        return ofUsage(last, body);
    }

    private static EngineAnswer ofUsage(JsonNode usage, String body) {
        JsonNode prompt = usage.path("prompt_tokens");
        JsonNode cached = usage.path("prompt_tokens_details").path("cached_tokens");
        if (!prompt.isInt() || !cached.isInt()) {
            throw new AssertionError("no token counts in " + body);
        }
        return new EngineAnswer(prompt.intValue(), cached.intValue());
    }

    int readTokens() {
        return promptTokens - cachedTokens;
    }

    double readShare() {
        return (double) readTokens() / promptTokens;
    }
}
