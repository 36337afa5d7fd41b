package io.kvkeep.http;

import io.kvkeep.json.JsonString;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The form in which clients of a protocol expect an error. In another one they show it as something unknown: the ollama
 * package for Node 0.6.4 as {@code [object Object]}, the AI SDK's provider for Anthropic 4.0.105 as Bad Gateway.
 */
public enum ErrorForm {
    /** An object under {@code error}; a stream carries it as one more event. */
    OPENAI {
        @Override
        String json(HttpResponseStatus status, String type, String message) {
            return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"" + type + "\",\"param\":null,\"code\":"
                    + status.code() + "}}";
        }

        @Override
        String part(String json) {
            return "data: " + json + "\n\n";
        }
    },
    /**
     * An object that says it is an error, with the types of Anthropic's documentation; events have names, and those
     * without one are passed over.
     */
    ANTHROPIC {
        @Override
        String json(HttpResponseStatus status, String type, String message) {
            return "{\"type\":\"error\",\"error\":{\"type\":\"" + anthropicType(status.code()) + "\",\"message\":\""
                    + message + "\"}}";
        }

        @Override
        String part(String json) {
            return "event: error\ndata: " + json + "\n\n";
        }
    },
    /** A string under {@code error}; streams are lines. */
    OLLAMA {
        @Override
        String json(HttpResponseStatus status, String type, String message) {
            return "{\"error\":\"" + message + "\"}";
        }

        @Override
        String part(String json) {
            return json + "\n";
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

    /** Tells whether an answer of that content type is a stream that can carry an error of this form. */
    public boolean isStream(String contentType) {
        String streams = this == OLLAMA ? "application/x-ndjson" : "text/event-stream";
        return contentType.toLowerCase(Locale.ROOT).startsWith(streams);
    }

    /** Returns a whole body. */
    final byte[] body(HttpResponseStatus status, String type, String message) {
        return escaped(status, type, message).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the part of a stream that tells its reader what went wrong. */
    public final byte[] inStream(HttpResponseStatus status, String type, String message) {
        return part(escaped(status, type, message)).getBytes(StandardCharsets.UTF_8);
    }

    private String escaped(HttpResponseStatus status, String type, String message) {
        return json(status, type, new String(JsonString.escape(message), StandardCharsets.UTF_8));
    }

    /** Writes an error whose message is escaped already. */
    abstract String json(HttpResponseStatus status, String type, String message);

    /** Makes a part of a stream of it. */
    abstract String part(String json);

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
}
