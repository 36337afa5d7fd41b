package io.kvkeep.http;

import io.kvkeep.json.JsonString;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** How a protocol writes an error. */
public enum ErrorForm {
    /** OpenAI, and what belongs to no other protocol. */
    OPENAI {
        @Override
        String json(HttpResponseStatus status, String type, String message) {
            return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"" + type + "\",\"param\":null,\"code\":"
                    + status.code() + "}}";
        }
    },
    /** Anthropic messages; the types are those of its documentation, by status. */
    ANTHROPIC {
        @Override
        String json(HttpResponseStatus status, String type, String message) {
            return "{\"type\":\"error\",\"error\":{\"type\":\"" + anthropicType(status.code()) + "\",\"message\":\""
                    + message + "\"}}";
        }

        @Override
        public byte[] event(HttpResponseStatus status, String type, String message) {
            return utf8("event: error\ndata: " + json(status, type, escaped(message)) + "\n\n");
        }
    },
    /** The protocol of Ollama's own. */
    OLLAMA {
        @Override
        String json(HttpResponseStatus status, String type, String message) {
            return "{\"error\":\"" + message + "\"}";
        }
    };

    /**
     * Returns the form that a client expects.
     *
     * @param target the request target, with or without a query
     */
    public static ErrorForm of(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        if (path.endsWith("/v1/messages") || path.contains("/v1/messages/")) {
            return ANTHROPIC;
        }
        // LM Studio speaks the form of OpenAI under /api/v0 and /api/v1.
        boolean ollama = path.contains("/api/") && !path.contains("/api/v") && !path.endsWith("/chat/completions");
        return ollama ? OLLAMA : OPENAI;
    }

    /**
     * Returns an error as JSON.
     *
     * @param message escaped
     */
    abstract String json(HttpResponseStatus status, String type, String message);

    /** Returns the error as a body. */
    byte[] body(HttpResponseStatus status, String type, String message) {
        return utf8(json(status, type, escaped(message)));
    }

    /** Returns the event that tells the reader of an event stream that no more comes. */
    public byte[] event(HttpResponseStatus status, String type, String message) {
        return utf8("data: " + json(status, type, escaped(message)) + "\n\n");
    }

    /** Returns the line that tells the reader of lines of JSON that no more comes. */
    public byte[] line(HttpResponseStatus status, String type, String message) {
        return utf8(json(status, type, escaped(message)) + "\n");
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            case 408, 504 -> "timeout_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }

    private static String escaped(String message) {
        return new String(JsonString.escape(message), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
