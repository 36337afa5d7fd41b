package io.kvkeep.demo;

import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.simulation.Turn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The agent's side: sends one turn after the other and takes the time. */
final class Player {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** A long prompt on a slow machine takes minutes. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(30);

    private static final int EXCERPT_CHARS = 300;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final String url;

    /** Sends to an engine or a proxy at this URL, without a path. */
    Player(String url) {
        this.url = url;
    }

    Reading play(Turn turn) throws DemoFailed {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                .header("Content-Type", "application/json")
                .timeout(ANSWER_TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofString(turn.body()))
                .build();
        long start = System.nanoTime();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw refused(turn, response.statusCode(), text(body));
                }
                return read(turn, body, start);
            }
        } catch (IOException e) {
            throw new DemoFailed("no answer from " + url + " to '" + turn.what() + "': " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailed("interrupted", e);
        }
    }

    private Reading read(Turn turn, InputStream body, long start) throws IOException, DemoFailed {
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        StringBuilder answer = new StringBuilder();
        long waitNanos = -1;
        String line;
        while ((line = lines.readLine()) != null) {
            // Comments keep a connection open while the engine still reads; they are no answer.
            if (waitNanos < 0 && line.startsWith("data:")) {
                waitNanos = System.nanoTime() - start;
            }
            if (line.startsWith("data: {\"error\"")) {
                throw refused(turn, 200, line);
            }
            answer.append(line).append('\n');
        }
        if (waitNanos < 0) {
            throw refused(turn, 200, "no event in the answer: " + answer);
        }
        return Reading.of(ReportedUsage.read(answer.toString().getBytes(StandardCharsets.UTF_8)), waitNanos);
    }

    private DemoFailed refused(Turn turn, int status, String said) {
        String excerpt = said.strip();
        excerpt = excerpt.length() > EXCERPT_CHARS ? excerpt.substring(0, EXCERPT_CHARS) + "..." : excerpt;
        String advice = status >= 500
                ? "The engine failed; its log says why."
                : "The model needs room for 24,000 tokens (8,000 with --small) and a chat template that knows tools.";
        return new DemoFailed(
                url + " gave no answer to '" + turn.what() + "' but status " + status + ": " + excerpt + "\n" + advice);
    }

    private static String text(InputStream body) throws IOException {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
}
