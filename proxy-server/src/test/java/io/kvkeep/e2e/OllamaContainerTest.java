package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Config;
import io.kvkeep.config.ListenAddress;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * kvkeep in front of the real Ollama image with a small real model; needs Docker and its registry.
 *
 * <p>What it shows is shown without Docker too: Host and streams in the wire tests, reuse in {@link RealLlamaTest}.
 */
class OllamaContainerTest {
    private static final String IMAGE = "ollama/ollama:0.34.0";
    private static final String MODEL = "smollm2:135m";
    private static final int PORT = 11_434;

    @TempDir
    private Path dataDir;

    @Test
    void anAgentChatsWithOllamaThroughKvkeep() throws IOException, InterruptedException {
        assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(),
                "skipped: no Docker daemon answers, so the Ollama image can't be started");
        try (GenericContainer<?> ollama = new GenericContainer<>(IMAGE)
                .withExposedPorts(PORT)
                .waitingFor(Wait.forHttp("/").forPort(PORT))) {
            ollama.start();
            assertThat(ollama.execInContainer("ollama", "pull", MODEL).getExitCode())
                    .as("ollama pull %s", MODEL)
                    .isZero();
            EngineAddress engine = EngineAddress.parse("http://" + ollama.getHost() + ":" + ollama.getMappedPort(PORT));
            try (Kvkeep kvkeep = Kvkeep.start(config(), engine)) {
                assertThat(kvkeep.engine().engine().kind()).isEqualTo(EngineKind.OLLAMA);
                HttpResponse<String> answer = chat(kvkeep);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).contains("data: ").endsWith("data: [DONE]\n\n");
                // The counts were asked for by kvkeep alone.
                assertThat(answer.body()).doesNotContain("\"choices\":[]");
                assertThat(kvkeep.scrape())
                        .contains("kvkeep_prompt_tokens_total")
                        .contains("source=\"reported\"");
            }
        }
    }

    private Config config() {
        Config defaults = Config.defaults();
        ListenAddress any = new ListenAddress("127.0.0.1", 0);
        return new Config(
                defaults.engine(),
                any,
                any,
                dataDir,
                defaults.mode(),
                defaults.policy(),
                defaults.ledger(),
                defaults.limits(),
                defaults.repeats(),
                defaults.readAhead(),
                defaults.showsText(),
                defaults.eventLoops(),
                defaults.profiles());
    }

    private static HttpResponse<String> chat(Kvkeep kvkeep) throws IOException, InterruptedException {
        String body = "{\"model\":\"" + MODEL + "\",\"stream\":true,\"max_tokens\":8,\"messages\":["
                + "{\"role\":\"system\",\"content\":\"You answer in one word.\\n\\nCurrent date: 2026-11-21\"},"
                + "{\"role\":\"user\",\"content\":\"Which colour has the sky?\"}]}";
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + kvkeep.address() + "/v1/chat/completions"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(5))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
