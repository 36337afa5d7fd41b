package io.kvkeep.replay;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.recording.RecordedRequest;
import io.kvkeep.replay.CoreRun.Played;
import io.kvkeep.replay.Replay.Read;
import io.kvkeep.reuse.ReportedUsage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real engine that reads prompts and says one token. Each run's prompts begin with a line of their own, so that what one
 * policy left in the cache is of no use to the next.
 */
final class LiveEngine implements Replay.Engine {
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final EngineAddress address;
    private final String line;
    private final Optional<String> model;
    private final Optional<String> key;

    /**
     * @param run tells this run from all others
     * @param model the engine's name for its model, if it is not the recorded one
     * @param key the credential, if the engine wants one
     */
    LiveEngine(EngineAddress address, String run, Optional<String> model, Optional<String> key) {
        this.address = address;
        this.line = "<run id=" + run + "></run>";
        this.model = model;
        this.key = key;
    }

    private record Change(Range range, String text) {}

    @Override
    public Read read(RecordedRequest request, Played played, Prompt sent) throws NotJson, EngineRefused, PromptRefused {
        byte[] body = body(played.dialect(), sent);
        HttpRequest.Builder question = HttpRequest.newBuilder(URI.create(address.url() + request.path()))
                .timeout(ANSWER_TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        key.ifPresent(secret -> question.header("Authorization", "Bearer " + secret));
        String version = request.headers().getOrDefault("anthropic-version", "");
        if (!version.isEmpty()) {
            question.header("anthropic-version", version);
        }
        HttpResponse<byte[]> answer = send(question.build());
        ReportedUsage usage = ReportedUsage.read(answer.body());
        if (answer.statusCode() == 400 || answer.statusCode() == 422) {
            throw new PromptRefused();
        }
        if (answer.statusCode() != 200) {
            String says = new String(answer.body(), StandardCharsets.UTF_8);
            throw new EngineRefused("the engine answers HTTP " + answer.statusCode() + " to request " + request.id()
                    + ": " + says.substring(0, Math.min(300, says.length())));
        }
        if (usage.promptTokens().isEmpty() || usage.cachedTokens().isEmpty()) {
            throw new EngineRefused("the engine does not tell cached tokens, so nothing can be compared; kvkeep doctor"
                    + " --engine " + address.url() + " says how to make it");
        }
        return new Read((double) usage.promptTokens().getAsLong(), (double)
                Math.min(usage.promptTokens().getAsLong(), usage.cachedTokens().getAsLong()));
    }

    private HttpResponse<byte[]> send(HttpRequest question) throws EngineRefused {
        try {
            return client.send(question, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new EngineRefused("no answer from the engine at " + address.url() + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineRefused("told to stop");
        }
    }

    private byte[] body(Dialect dialect, Prompt sent) throws NotJson {
        byte[] body = sent.body();
        Map<String, String> wanted = wanted(dialect);
        List<Change> changes = new ArrayList<>();
        JsonCursor cursor = new JsonCursor(body, 0, body.length);
        cursor.enter('{');
        int open = cursor.offset();
        StringBuilder missing = new StringBuilder();
        List<String> found = new ArrayList<>();
        boolean ollama = dialect == Dialect.OLLAMA_CHAT || dialect == Dialect.OLLAMA_GENERATE;
        while (cursor.nextMember()) {
            String name = cursor.key();
            String value = wanted.get(name);
            if (ollama && name.equals("options") && cursor.peek() == '{') {
                found.add(name);
                oneToken(cursor, changes);
                continue;
            }
            Range range = cursor.value();
            if (value != null) {
                found.add(name);
                changes.add(new Change(range, value));
            } else if (name.equals("stream_options")) {
                changes.add(new Change(range, "null"));
            } else if (name.equals("model") && model.isPresent()) {
                changes.add(new Change(range, quoted(model.get())));
            }
        }
        wanted.forEach((name, value) -> {
            boolean set = found.contains(name) || name.equals("max_completion_tokens");
            missing.append(set ? "" : "\"" + name + "\":" + value + ",");
        });
        changes.add(new Change(new Range(open, open), missing.toString()));
        if (!sent.systemTexts().isEmpty()) {
            int head = sent.systemTexts().get(0).start();
            changes.add(new Change(new Range(head, head), line));
        }
        return spliced(body, changes);
    }

    /** One token, all at once: what is measured is reading. */
    private static Map<String, String> wanted(Dialect dialect) {
        return switch (dialect) {
            case CHAT_COMPLETIONS -> Map.of("stream", "false", "max_tokens", "1", "max_completion_tokens", "1");
            case COMPLETIONS, MESSAGES -> Map.of("stream", "false", "max_tokens", "1");
            case RESPONSES -> Map.of("stream", "false", "max_output_tokens", "1");
            case OLLAMA_CHAT, OLLAMA_GENERATE -> Map.of("stream", "false", "options", "{\"num_predict\":1}");
        };
    }

    /** Other options hold: a context of another size would make Ollama load the model again. */
    private static void oneToken(JsonCursor cursor, List<Change> changes) throws NotJson {
        cursor.enter('{');
        int open = cursor.offset();
        boolean empty = true;
        boolean found = false;
        while (cursor.nextMember()) {
            boolean limit = cursor.keyIs("num_predict");
            Range value = cursor.value();
            empty = false;
            found |= limit;
            if (limit) {
                changes.add(new Change(value, "1"));
            }
        }
        if (!found) {
            changes.add(new Change(new Range(open, open), "\"num_predict\":1" + (empty ? "" : ",")));
        }
    }

    private static String quoted(String text) {
        return '"' + new String(JsonString.escape(text), StandardCharsets.UTF_8) + '"';
    }

    private static byte[] spliced(byte[] body, List<Change> changes) {
        changes.sort(Comparator.comparingInt(change -> change.range.start()));
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 200);
        int from = 0;
        for (Change change : changes) {
            out.write(body, from, change.range.start() - from);
            out.writeBytes(change.text.getBytes(StandardCharsets.UTF_8));
            from = change.range.end();
        }
        out.write(body, from, body.length - from);
        return out.toByteArray();
    }
}
