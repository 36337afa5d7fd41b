package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** kvkeep as users run it: the packaged jar in a process of its own, in front of one engine. */
final class KvkeepServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Duration METRIC_LIMIT = Duration.ofSeconds(10);
    private static final Duration READ_AHEAD_LIMIT = Duration.ofMinutes(3);

    private final ChildProcess process;
    private final URI uri;
    private final URI admin;
    private final Path dataDirectory;

    private KvkeepServer(ChildProcess process, URI uri, URI admin, Path dataDirectory) {
        this.process = process;
        this.uri = uri;
        this.admin = admin;
        this.dataDirectory = dataDirectory;
    }

    /** Starts it with more flags of {@code serve}. */
    static KvkeepServer start(Path jar, URI engine, String... flags) {
        return start(jar, engine, temporaryDirectory(), flags);
    }

    /** Starts it with settings as they stand in a file of YAML. */
    static KvkeepServer startWith(Path jar, URI engine, String settings) {
        Path directory = temporaryDirectory();
        Path file = directory.resolve("settings.yaml");
        try {
            Files.writeString(file, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return start(jar, engine, directory, "--config", file.toString());
    }

    /** Starts it where the day ends at that time. */
    static KvkeepServer startIn(Midnight midnight, Path jar, URI engine) {
        return start(midnight.launched(jar), engine, temporaryDirectory());
    }

    /** Kills this server in the way of {@code kill -9}, and starts another on what it has left on the disk. */
    KvkeepServer killedAndRestarted(Path jar, URI engine) {
        process.kill();
        process.close();
        return start(jar, engine, dataDirectory);
    }

    private static KvkeepServer start(Path jar, URI engine, Path dataDirectory, String... flags) {
        return start(List.of("-jar", jar.toString()), engine, dataDirectory, flags);
    }

    /** @param launched what Java is told to run */
    private static KvkeepServer start(List<String> launched, URI engine, Path dataDirectory, String... flags) {
        String listen = "127.0.0.1:" + ChildProcess.freePort();
        String adminListen = "127.0.0.1:" + ChildProcess.freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(launched);
        command.addAll(List.of(
                "serve",
                "--engine",
                engine.toString(),
                "--listen",
                listen,
                "--admin",
                adminListen,
                "--data-dir",
                dataDirectory.toString()));
        command.addAll(List.of(flags));
        ChildProcess process = ChildProcess.start(command);
        URI admin = URI.create("http://" + adminListen);
        KvkeepServer server = new KvkeepServer(process, URI.create("http://" + listen), admin, dataDirectory);
        try {
            process.await("kvkeep is healthy", START_LIMIT, () -> Http.status(admin.resolve("/healthz")) == 200);
            return server;
        } catch (AssertionError e) {
            server.close();
            throw e;
        }
    }

    URI uri() {
        return uri;
    }

    URI admin() {
        return admin;
    }

    /** A metric's value, once it is the expected one or has had its time: facts are settled behind the answer. */
    double settledMetric(String name, List<String> labels, double expected) {
        process.comesTrue(METRIC_LIMIT, () -> metric(name, labels) == expected);
        return metric(name, labels);
    }

    /** What the admin port shows of the engine. */
    JsonNode status() {
        return Http.getJson(admin.resolve("/status"));
    }

    /** What the admin port tells of all prompts, the oldest first. */
    JsonNode turns() {
        return Http.getJson(admin.resolve("/api/turns")).path("turns");
    }

    /** What it tells of the prompt before which there were so many, once that is settled. */
    JsonNode turn(int before) {
        process.await("a turn is settled", METRIC_LIMIT, () -> turns().size() > before);
        return turns().path(before);
    }

    /** Lets so much time pass. */
    void pass(Duration time) {
        process.comesTrue(time, () -> false);
    }

    /** Waits for a status. */
    void awaitStatus(Duration limit, Predicate<JsonNode> wanted) {
        process.await("the status is the wanted one", limit, () -> wanted.test(status()));
    }

    /** Waits until a fact is known of the engine, such as {@code pinning}, to be this. */
    void awaitFact(String name, String value) {
        awaitStatus(START_LIMIT, status -> {
            for (JsonNode row : status.at("/engine/facts")) {
                if (row.path("fact").asText().equals(name)) {
                    return row.path("value").asText().equals(value);
                }
            }
            return false;
        });
    }

    /** Waits until so many prompts were read ahead for a reason, such as {@code restart}. */
    void awaitReadAhead(String reason, int count) {
        awaitStatus(READ_AHEAD_LIMIT, status -> {
            int done = 0;
            for (JsonNode agent : status.path("read-ahead").path("agents")) {
                done += agent.path("doneByReason").path(reason).asInt();
            }
            return done == count;
        });
    }

    /** The sum of all samples of a metric that carry the labels, each written as {@code key="value"}. */
    private double metric(String name, List<String> labels) {
        return Http.get(admin.resolve("/metrics"))
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> labels.stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        process.close();
        delete(dataDirectory);
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("kvkeep-e2e-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> inside = Files.walk(directory)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }
}
