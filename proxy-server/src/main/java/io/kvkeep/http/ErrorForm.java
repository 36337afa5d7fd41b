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
    /** An object that says it is an error; events have names, and those without one are passed over. */
    ANTHROPIC {
        @Override
        String json(HttpResponseStatus status, String type, String message) {
            return "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"" + message + "\"}}";
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

    /** Returns the form for a request target. LM Studio's {@code /api/v0} and {@code /api/v1} are not Ollama's. */
    public static ErrorForm of(String target) {
        if (target.startsWith("/v1/messages")) {
            return ANTHROPIC;
        }
        boolean ollama = target.startsWith("/api/") && !target.startsWith("/api/v0/") && !target.startsWith("/api/v1/");
        return ollama ? OLLAMA : OPENAI;
    }

    /** Returns the content type of streams that can carry an error of this form, in lower case. */
    private String streamType() {
        return this == OLLAMA ? "application/x-ndjson" : "text/event-stream";
    }

    /** Tells whether an answer of that content type is a stream that can carry an error of this form. */
    public boolean isStream(String contentType) {
        return contentType.toLowerCase(Locale.ROOT).startsWith(streamType());
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
}
