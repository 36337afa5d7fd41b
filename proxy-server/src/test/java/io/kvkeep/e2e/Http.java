package io.kvkeep.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The few HTTP calls of these tests, over HTTP/1.1 as agents make them. */
final class Http {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(15);
    private static final HttpClient CLIENT = newClient();

    private Http() {}

    /** The status of a GET, or 0 when nobody answers. */
    static int status(URI uri) {
        try {
            return exchange(HttpRequest.newBuilder(uri), BodyHandlers.discarding())
                    .statusCode();
        } catch (UncheckedIOException e) {
            return 0;
        }
    }

    static String get(URI uri) {
        return ok(HttpRequest.newBuilder(uri));
    }

    static JsonNode getJson(URI uri) {
        return parse(get(uri));
    }

    /**
     * Asks a question that can be asked twice. llama.cpp closes a connection behind a streamed answer, at times with
     * the next request already on it.
     */
    static JsonNode postJson(URI uri, String body) {
        try {
            return parse(ok(post(uri, body)));
        } catch (UncheckedIOException e) {
            return parse(ok(post(uri, body)));
        }
    }

    /** Does the same under a name; without one, as Java names itself. */
    static JsonNode postJson(URI uri, String body, String userAgent) {
        return userAgent.isEmpty()
                ? postJson(uri, body)
                : parse(ok(post(uri, body).header("User-Agent", userAgent)));
    }

    static EngineAnswer chat(URI server, String body) {
        return EngineAnswer.of(ok(chatRequest(server, body)));
    }

    /**
     * The answer of a chat request as it comes in; closing it early closes the connection. The connection is a new one:
     * llama.cpp closes those behind a streamed answer, at times with the next request already on it.
     */
    static InputStream openChat(URI server, String body) {
        HttpResponse<InputStream> response =
                exchange(newClient(), chatRequest(server, body), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new AssertionError(response.uri() + " answered " + response.statusCode());
        }
        return response.body();
    }

    /** A chat request with the headers by which Hermes is known. */
    private static HttpRequest.Builder chatRequest(URI server, String body) {
        return post(server.resolve("/v1/chat/completions"), body)
                .header("Authorization", "Bearer no-key-required")
                .header("User-Agent", "OpenAI/Python 2.24.0")
                .header("X-Stainless-Read-Timeout", "1800.0");
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** The text as a JSON string, which is a literal in grammars too. */
    static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
    }

    private static HttpRequest.Builder post(URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static String ok(HttpRequest.Builder request) {
        HttpResponse<String> response = exchange(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new AssertionError(response.uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    private static HttpClient newClient() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    private static <T> HttpResponse<T> exchange(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        return exchange(CLIENT, request, handler);
    }

    private static <T> HttpResponse<T> exchange(
            HttpClient client, HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request.timeout(ANSWER_LIMIT).build(), handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
