package io.kvkeep.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/**
 * Asks one engine questions over HTTP, one at a time; each blocks for some seconds at most. All of them may be asked
 * twice, so one that breaks is asked once more: engines close idle connections without a word.
 */
public final class EngineHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Answer NONE = new Answer(0, "", "");

    private final HttpClient client;
    private final String url;
    private boolean missedAnswer;

    /**
     * Asks with a client of {@link #client()}.
     *
     * @param url the engine's, without a slash at its end
     */
    public EngineHttp(HttpClient client, String url) {
        this.client = client;
        this.url = url;
    }

    /** Makes a client for many engines. */
    public static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /** Returns the answer to a GET; status 0 if there is none. */
    public Answer get(String path) {
        return ask(HttpRequest.newBuilder(URI.create(url + path)));
    }

    /** Returns the answer to a POST of JSON; status 0 if there is none. */
    public Answer post(String path, JsonNode body) {
        return ask(HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    /** Tells whether a question went without an answer, so that asking again later may tell more. */
    public boolean missedAnswer() {
        return missedAnswer;
    }

    /** Tells whether the engine runs on this machine. */
    boolean isLocal() {
        String host = URI.create(url).getHost();
        return host != null && (host.startsWith("127.") || host.equals("localhost") || host.equals("[::1]"));
    }

    private Answer ask(HttpRequest.Builder question) {
        HttpRequest request = question.timeout(ANSWER_TIMEOUT).build();
        try {
            return send(request);
        } catch (HttpTimeoutException | ConnectException e) {
            missedAnswer = true;
            return NONE;
        } catch (IOException e) {
            return again(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NONE;
        }
    }

    private Answer again(HttpRequest request) {
        try {
            return send(request);
        } catch (IOException e) {
            missedAnswer = true;
            return NONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NONE;
        }
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        String server = response.headers().firstValue("server").orElse("");
        return new Answer(response.statusCode(), server, response.body());
    }

    /**
     * An answer.
     *
     * @param status the HTTP status; 0 if nothing came
     * @param server the Server header, or an empty text
     * @param body as text
     */
    public record Answer(int status, String server, String body) {
        /** Tells whether the engine answered at all. */
        public boolean came() {
            return status != 0;
        }

        /** Returns the body of a good answer as JSON, a missing node for anything else. */
        public JsonNode json() {
            return status == 200 ? parsed() : MissingNode.getInstance();
        }

        /** Returns what an error says: its message if it is JSON, else the body. */
        String problem() {
            JsonNode error = parsed().path("error");
            return error.isTextual() ? error.asText() : error.path("message").asText(body);
        }

        private JsonNode parsed() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                return MissingNode.getInstance();
            }
        }
    }
}
