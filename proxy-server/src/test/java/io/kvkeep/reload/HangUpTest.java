package io.kvkeep.reload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A kvkeep in a process of its own, whose configuration changes in the middle of a stream. */
@Timeout(90)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGHUP")
class HangUpTest {
    private static final long LOOK_MILLIS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BASE_URL = Pattern.compile("Base URL for agents +(\\S+)/v1");
    private static final Pattern ADMIN_URL = Pattern.compile("Metrics +(\\S+)/metrics");

    @TempDir
    private Path dir = Path.of("unset");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final CountDownLatch changed = new CountDownLatch(1);

    @Test
    void aSignalAndAChangedFileAreTakenWithoutDroppingAStream() throws Exception {
        HttpServer engine = engine();
        Path file = Files.writeString(dir.resolve("kvkeep.yaml"), "mode: rewrite\nledger: memory\n");
        Process kvkeep = start(file, engine.getAddress().getPort());
        try {
            String base = await(kvkeep, BASE_URL);
            String admin = await(kvkeep, ADMIN_URL);
            HttpResponse<InputStream> stream = client.send(
                    HttpRequest.newBuilder(URI.create(base + "/v1/chat/completions"))
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                            .build(),
                    BodyHandlers.ofInputStream());
            InputStream body = stream.body();
            assertThat(new String(body.readNBytes(9), StandardCharsets.UTF_8)).isEqualTo("data: 1\n\n");

            Files.writeString(dir.resolve("next"), "mode: observe\nledger: memory\nevent-loops: 9\n");
            Files.move(dir.resolve("next"), file, StandardCopyOption.ATOMIC_MOVE);
            assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(kvkeep.pid()))
                            .start()
                            .waitFor())
                    .isZero();
            JsonNode told = configuration(kvkeep, admin, "applied");
            assertThat(told.path("changed").toString()).isEqualTo("[\"mode\"]");
            assertThat(told.path("needsRestart").toString()).isEqualTo("[\"event-loops\"]");

            Files.writeString(dir.resolve("next"), "mode: observe\nmarks: maybe\n");
            Files.move(dir.resolve("next"), file, StandardCopyOption.ATOMIC_MOVE);
            assertThat(configuration(kvkeep, admin, "refused").path("problems").toString())
                    .isEqualTo("[\"" + file + ":2: marks is maybe; auto or off\"]");
            assertThat(get(admin + "/metrics")).contains("kvkeep_config_last_reload_successful 0.0");

            changed.countDown();
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("data: [DONE]\n\n");
            assertThat(kvkeep.isAlive()).isTrue();
        } finally {
            changed.countDown();
            kvkeep.destroy();
            if (!kvkeep.waitFor(20, TimeUnit.SECONDS)) {
                kvkeep.destroyForcibly();
            }
            engine.stop(0);
        }
    }

    /** Answers chats with a stream that pauses until the test goes on, and everything else with nothing. */
    private HttpServer engine() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(task -> new Thread(task).start());
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            boolean chat = exchange.getRequestURI().getPath().equals("/v1/chat/completions");
            exchange.getResponseHeaders().add("content-type", chat ? "text/event-stream" : "application/json");
            exchange.sendResponseHeaders(chat ? 200 : 404, chat ? 0 : -1);
            if (chat) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write("data: 1\n\n".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    changed.await();
                    out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            exchange.close();
        });
        server.start();
        return server;
    }

    private Process start(Path config, int enginePort) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.kvkeep.cli.Main",
                        "serve",
                        "--config",
                        config.toString(),
                        "--data-dir",
                        dir.resolve("data").toString(),
                        "--engine",
                        "http://127.0.0.1:" + enginePort,
                        "--listen",
                        "127.0.0.1:0",
                        "--admin",
                        "127.0.0.1:0")
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("log").toFile())
                .start();
    }

    private String await(Process kvkeep, Pattern pattern) throws Exception {
        while (true) {
            boolean alive = kvkeep.isAlive();
            String log = Files.readString(dir.resolve("log"));
            Matcher found = pattern.matcher(log);
            if (found.find()) {
                return found.group(1);
            }
            assertThat(alive).as(log).isTrue();
            kvkeep.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private JsonNode configuration(Process kvkeep, String admin, String result) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            JsonNode told = JSON.readTree(get(admin + "/status")).path("configuration");
            if (told.path("result").asText().equals(result)) {
                return told;
            }
            assertThat(System.nanoTime()).as(told.toString()).isLessThan(deadline);
            kvkeep.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private String get(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }
}
