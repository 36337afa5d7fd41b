package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.cli.CommandRun;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Claims about what doctor finds on real engines that are set up wrong. llama.cpp needs what {@link RealLlamaTest} needs;
 * Ollama and vLLM need KVKEEP_OLLAMA_DIR and KVKEEP_VLLM_DIR, directories that their {@code setup.sh} has made.
 */
class RealDoctorTest {
    private static final Duration START_LIMIT = Duration.ofMinutes(10);
    private static final String WORDS = "The tide table lives in the drawer of the harbour office. ";
    private static final Map<String, String> HEADS = Map.of(
            "hermes", "You are Hermes Agent, an intelligent AI assistant created by Nous Research. ",
            "opencode", "You are opencode, an interactive CLI tool that helps users. ");

    /** A template in the manner of Llama 3's that prints the day. */
    private static final String DATED = """
            {{- '<|im_start|>system\\nToday Date: ' + strftime_now('%d %b %Y') + '\\n\\n<|im_end|>\\n' -}}
            {%- for message in messages -%}
            {{- '<|im_start|>' + message.role + '\\n' + (message.content or '') + '<|im_end|>\\n' -}}
            {%- endfor -%}
            {%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}
            """;

    @TempDir
    private Path directory;

    @Test
    void oneSlotOfLlamaCppForTwoAgentsIsFoundAndTwoSlotsAreGood() throws IOException {
        Path jar = Installed.jar();
        try (LlamaServer engine = LlamaServer.start(Installed.llamaDirectory(), TinyModel.DENSE);
                KvkeepServer kvkeep = KvkeepServer.start(jar, engine.uri())) {
            twoAgents(kvkeep.uri());

            JsonNode found = finding(kvkeep, "slots");
            assertThat(found.path("grade").asText()).isEqualTo("problem");
            assertThat(found.path("seen").asText()).contains("total_slots 1", "2 agents (hermes, opencode)");
            assertThat(found.path("change").get(0).asText()).startsWith("llama-server --parallel 2 --ctx-size 131072");
        }
        try (LlamaServer engine =
                        LlamaServer.start(Installed.llamaDirectory(), TinyModel.DENSE, LlamaServer.Slots.TWO_SPLIT);
                KvkeepServer kvkeep = KvkeepServer.start(jar, engine.uri())) {
            twoAgents(kvkeep.uri());

            assertThat(finding(kvkeep, "slots").path("grade").asText()).isEqualTo("good");
        }
    }

    @Test
    void aTemplateThatPrintsTheDateIsFoundAndTheChangeThatIsAdvisedCuresIt() throws Exception {
        Path llama = Installed.llamaDirectory();
        Path dated = Files.writeString(directory.resolve("dated.jinja"), DATED);
        Path cured = directory.resolve("template.jinja");
        int port = ChildProcess.freePort();
        URI uri = URI.create("http://127.0.0.1:" + port);
        try (ChildProcess engine = llama(llama, port, dated)) {
            engine.await("llama.cpp is healthy", START_LIMIT, () -> Http.status(uri.resolve("/health")) == 200);

            JsonNode found = finding(uri, "template-date");
            assertThat(found.path("grade").asText()).isEqualTo("problem");
            assertThat(found.path("change").get(1).asText()).contains("--chat-template-file template.jinja");
            String first = found.path("change").get(0).asText();
            assertThat(first).contains("s/strftime_now\\([^)]*\\)/\"unknown\"/g");
            String text =
                    Http.getJson(uri.resolve("/props")).path("chat_template").asText();
            Files.writeString(cured, text.replaceAll("strftime_now\\([^)]*\\)", "\"unknown\""));
        }
        try (ChildProcess engine = llama(llama, port, cured)) {
            engine.await("llama.cpp is healthy", START_LIMIT, () -> Http.status(uri.resolve("/health")) == 200);

            assertThat(finding(uri, "template-date").path("grade").asText()).isEqualTo("good");
        }
    }

    @Test
    void ollamaWith4096TokensUnderAPromptOf30000IsFound() throws IOException {
        try (OllamaServer engine = OllamaServer.start(directory);
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            ObjectNode body = Http.object().put("model", "tiny").put("max_tokens", 4);
            ArrayNode messages = body.putArray("messages");
            say(messages, "system", HEADS.getOrDefault("hermes", ""));
            for (int i = 0; i < 40; i++) {
                say(messages, "user", "Question " + i + ". " + WORDS.repeat(26));
                say(messages, "assistant", "Answer " + i + ". " + WORDS.repeat(26));
            }
            say(messages, "user", "And now?");
            Http.postJson(kvkeep.uri().resolve("/v1/chat/completions"), body.toString());

            JsonNode found = finding(kvkeep, "context");
            assertThat(found.path("grade").asText()).isEqualTo("problem");
            assertThat(found.path("seen").asText()).contains("4,096 tokens (/api/ps", "the engine read ");
            assertThat(found.path("seen").asText()).containsPattern("had about 3\\d,\\d{3} tokens \\(hermes\\)");
            assertThat(found.path("change").get(0).asText()).contains("OLLAMA_CONTEXT_LENGTH=");
            assertThat(finding(kvkeep, "keep-alive").path("grade").asText()).isEqualTo("problem");
        }
    }

    @Test
    void vllmWithoutItsDetailsFlagIsFoundAndWithItAllIsGood() throws Exception {
        Path vllm = directory("KVKEEP_VLLM_DIR");
        JsonNode without = report(vllm, List.of());
        assertThat(finding(without, "cached-tokens").path("change").get(0).asText())
                .isEqualTo("vllm serve --enable-prompt-tokens-details");

        JsonNode with = report(vllm, List.of("--enable-prompt-tokens-details"));
        assertThat(finding(with, "cached-tokens").path("grade").asText()).isEqualTo("good");
        assertThat(with.path("problems").asInt(-1)).as(with.toString()).isZero();
    }

    private JsonNode report(Path vllm, List<String> flags) throws IOException {
        int port = ChildProcess.freePort();
        URI uri = URI.create("http://127.0.0.1:" + port);
        List<String> command = new ArrayList<>(List.of(
                "env",
                "VLLM_TARGET_DEVICE=cpu",
                "VLLM_CPU_KVCACHE_SPACE=1",
                "VLLM_CPU_OMP_THREADS_BIND=nobind",
                "OMP_NUM_THREADS=1",
                "HF_HUB_OFFLINE=1",
                "TRANSFORMERS_OFFLINE=1",
                "VLLM_NO_USAGE_STATS=1",
                vllm.resolve("venv/bin/vllm").toString(),
                "serve",
                vllm.resolve("tiny").toString(),
                "--load-format",
                "dummy",
                "--dtype",
                "bfloat16",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--max-model-len",
                "16384",
                "--enforce-eager",
                "--enable-prefix-caching"));
        command.addAll(flags);
        try (ChildProcess engine = ChildProcess.start(command)) {
            engine.await("vLLM is healthy", START_LIMIT, () -> Http.status(uri.resolve("/health")) == 200);
            return report("--engine", uri.toString());
        }
    }

    private static ChildProcess llama(Path llama, int port, Path template) {
        return ChildProcess.start(List.of(
                llama.resolve("venv/bin/python").toString(),
                Path.of("../e2e/llama/server.py").toString(),
                "-m",
                llama.resolve(TinyModel.DENSE.file()).toString(),
                "--port",
                Integer.toString(port),
                "-c",
                "8192",
                "-np",
                "1",
                "--chat-template-file",
                template.toString()));
    }

    /** Two agents that take turns, each going on with what the model has said to it. */
    private static void twoAgents(URI proxy) {
        Map<String, ArrayNode> talks = Map.of(
                "hermes",
                Http.object().putArray("messages"),
                "opencode",
                Http.object().putArray("messages"));
        talks.forEach((agent, talk) -> say(talk, "system", HEADS.getOrDefault(agent, "") + WORDS.repeat(30)));
        for (int turn = 0; turn < 3; turn++) {
            for (Map.Entry<String, ArrayNode> one : talks.entrySet()) {
                ArrayNode talk = one.getValue();
                say(talk, "user", one.getKey() + " question " + turn + ". " + WORDS.repeat(5));
                ObjectNode body = Http.object().put("model", "tiny").put("max_tokens", 4);
                body.set("messages", talk);
                JsonNode answer = Http.postJson(proxy.resolve("/v1/chat/completions"), body.toString());
                say(talk, "assistant", answer.at("/choices/0/message/content").asText());
            }
        }
    }

    private static void say(ArrayNode talk, String role, String text) {
        talk.addObject().put("role", role).put("content", text);
    }

    private JsonNode finding(KvkeepServer kvkeep, String check) throws IOException {
        return finding(report("--admin", kvkeep.admin().toString()), check);
    }

    private JsonNode finding(URI engine, String check) throws IOException {
        return finding(report("--engine", engine.toString()), check);
    }

    private JsonNode report(String flag, String url) throws IOException {
        return new ObjectMapper()
                .readTree(CommandRun.of("doctor", flag, url, "--home", directory.toString(), "--json")
                        .out());
    }

    private static JsonNode finding(JsonNode report, String check) {
        for (JsonNode finding : report.path("findings")) {
            if (finding.path("check").asText().equals(check)) {
                return finding;
            }
        }
        throw new AssertionError("no " + check + " in " + report);
    }

    private static Path directory(String variable) {
        String name = System.getenv(variable);
        assumeTrue(name != null, variable + " is not set; its setup.sh in e2e makes such a directory");
        return Path.of(name);
    }
}
