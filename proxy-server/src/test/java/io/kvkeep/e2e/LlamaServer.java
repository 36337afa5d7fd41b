package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** A llama.cpp server with one thread and an empty cache. */
final class LlamaServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    /** How the server is split up for several conversations at once. */
    enum Slots {
        ONE,
        /** Each slot has its part of the context for itself. */
        TWO_SPLIT,
        /** The slots share one KV buffer, as the server does when it chooses their number itself. */
        FOUR_UNIFIED;

        private List<String> flags() {
            return switch (this) {
                case ONE -> List.of("-np", "1");
                case TWO_SPLIT -> List.of("-np", "2");
                case FOUR_UNIFIED -> List.of("-np", "4", "--kv-unified");
            };
        }
    }

    private final List<String> command;
    private final URI uri;
    private ChildProcess process;

    private LlamaServer(List<String> command, URI uri) {
        this.command = command;
        this.uri = uri;
        this.process = ChildProcess.start(command);
    }

    /** Starts the server with one slot, out of a directory that {@code e2e/llama/setup.sh} has prepared. */
    static LlamaServer start(Path directory, TinyModel model) {
        return start(directory, model, Slots.ONE);
    }

    /** Starts the server with more flags of {@code e2e/llama/server.py}; of those given twice the later count. */
    static LlamaServer start(Path directory, TinyModel model, Slots slots, String... flags) {
        return start(List.of(), directory, model, slots, flags);
    }

    /** Starts the server with one slot where the day ends at that time. */
    static LlamaServer startIn(Midnight midnight, Path directory, TinyModel model, String... flags) {
        return start(List.of("env", midnight.variable()), directory, model, Slots.ONE, flags);
    }

    private static LlamaServer start(
            List<String> before, Path directory, TinyModel model, Slots slots, String... flags) {
        int port = ChildProcess.freePort();
        URI uri = URI.create("http://127.0.0.1:" + port);
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                directory.resolve("venv/bin/python").toString(),
                Path.of("../e2e/llama/server.py").toString(),
                "-m",
                directory.resolve(model.file()).toString(),
                "--port",
                Integer.toString(port),
                "-c",
                "65536",
                "-t",
                "1"));
        command.addAll(slots.flags());
        command.addAll(List.of(flags));
        LlamaServer server = new LlamaServer(command, uri);
        server.awaitHealth();
        return server;
    }

    /** A chat template of the test resources, as flags that set it in place of the model's own. */
    static String[] template(String name) {
        try {
            URI file = Objects.requireNonNull(LlamaServer.class.getResource("/e2e/" + name), name)
                    .toURI();
            return new String[] {"--chat-template-file", Path.of(file).toString()};
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends the process; {@link #startAgain} brings it back at the same address. */
    void stop() {
        process.close();
    }

    void startAgain() {
        process = ChildProcess.start(command);
        awaitHealth();
    }

    private void awaitHealth() {
        try {
            process.await("llama.cpp is healthy", START_LIMIT, () -> Http.status(uri.resolve("/health")) == 200);
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    URI uri() {
        return uri;
    }

    /** The text that the model's chat template makes of a chat request. */
    String prompt(String chatBody) {
        return Http.postJson(uri.resolve("/apply-template"), chatBody)
                .path("prompt")
                .textValue();
    }

    int[] tokens(String prompt) {
        ObjectNode body =
                Http.object().put("content", prompt).put("add_special", true).put("parse_special", true);
        JsonNode tokens =
                Http.postJson(uri.resolve("/tokenize"), body.toString()).path("tokens");
        assertThat(tokens.isArray()).isTrue();
        return StreamSupport.stream(tokens.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    boolean isProcessing() {
        return slot().path("is_processing").booleanValue();
    }

    void awaitIdle(Duration limit) {
        process.await("llama.cpp is idle", limit, () -> !isProcessing());
    }

    /** How many tokens the running answer has, or the last one if none is running. */
    int generatedTokens() {
        return slot().path("next_token").path(0).path("n_decoded").intValue();
    }

    private JsonNode slot() {
        return Http.getJson(uri.resolve("/slots")).path(0);
    }

    @Override
    public void close() {
        process.close();
    }
}
