package io.kvkeep.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A real Ollama with one tiny model, {@code tiny}, and its usual settings: 4,096 tokens where no large GPU is. It needs
 * KVKEEP_OLLAMA_DIR, a directory that {@code e2e/ollama/setup.sh} has made.
 */
final class OllamaServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private final ChildProcess process;
    private final String program;
    private final String listen;
    private final Path directory;

    private OllamaServer(ChildProcess process, String program, String listen, Path directory) {
        this.process = process;
        this.program = program;
        this.listen = listen;
        this.directory = directory;
    }

    /**
     * Starts it.
     *
     * @param directory for its models; a test's own, that is deleted behind it
     * @param variables more of its environment, each as {@code NAME=value}
     */
    static OllamaServer start(Path directory, String... variables) {
        String name = System.getenv("KVKEEP_OLLAMA_DIR");
        assumeTrue(name != null, "KVKEEP_OLLAMA_DIR is not set; e2e/ollama/setup.sh makes such a directory");
        String program = Path.of(name, "ollama").toString();
        String listen = "127.0.0.1:" + ChildProcess.freePort();
        List<String> command = new ArrayList<>(List.of(
                "env", "OLLAMA_HOST=" + listen, "OLLAMA_MODELS=" + directory.resolve("models"), "OLLAMA_NO_CLOUD=1"));
        command.addAll(List.of(variables));
        command.addAll(List.of(program, "serve"));
        ChildProcess process = ChildProcess.start(command);
        OllamaServer server = new OllamaServer(process, program, listen, directory);
        try {
            process.await(
                    "Ollama answers",
                    START_LIMIT,
                    () -> Http.status(server.uri().resolve("/api/version")) == 200);
            server.create("tiny", "");
            return server;
        } catch (AssertionError e) {
            server.close();
            throw e;
        }
    }

    /** Makes another model of the dense one, with more lines in its Modelfile. */
    void create(String name, String lines) {
        try {
            Path model = Files.writeString(
                    directory.resolve("Modelfile"),
                    "FROM " + Installed.llamaDirectory().resolve(TinyModel.DENSE.file()) + "\nPARAMETER num_thread 1\n"
                            + lines);
            int status = new ProcessBuilder(
                            "env", "OLLAMA_HOST=" + listen, program, "create", name, "-f", model.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("create.log").toFile())
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new AssertionError("ollama create ended with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Whether a model is in memory, with what it has read. */
    boolean isLoaded() {
        return !Http.getJson(uri().resolve("/api/ps")).path("models").isEmpty();
    }

    URI uri() {
        return URI.create("http://" + listen);
    }

    @Override
    public void close() {
        process.close();
    }
}
