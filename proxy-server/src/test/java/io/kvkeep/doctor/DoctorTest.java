package io.kvkeep.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.cli.CommandRun;
import io.kvkeep.probe.ScriptedEngine;
import io.kvkeep.probe.ScriptedEngine.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What doctor says of engines and a kvkeep that answer as the real ones were seen to. */
class DoctorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path home;

    private ScriptedEngine engine;
    private ScriptedEngine kvkeep;

    @BeforeEach
    void start() throws IOException {
        engine = ScriptedEngine.start();
        kvkeep = ScriptedEngine.start();
    }

    @AfterEach
    void stop() {
        engine.close();
        kvkeep.close();
    }

    @Test
    void aContextShorterThanThePromptsIsAProblemWithTheSettingToCopy() throws Exception {
        ollama(4_096, Instant.now().plusSeconds(280));
        prompts(turn(1, "hermes", 1, 1_000, 8_000, 3_100, 0), turn(2, "hermes", 1, 2_000, 78_000, 3_700, 640));

        JsonNode found = problem(doctor(), "context");

        assertThat(found.path("seen").asText())
                .contains("4,096 tokens", "about 30,225 tokens (hermes)", "the engine read 3,700");
        assertThat(found.path("costs").asText()).contains("dropped without a word");
        assertThat(found.path("change").get(0).asText()).contains("OLLAMA_CONTEXT_LENGTH=49152 ollama serve");
        assertThat(found.path("change").get(1).asText()).contains("PARAMETER num_ctx 49152", "hermes-small-48k");
    }

    @Test
    void aPromptThatLeavesNoRoomForTheAnswerIsAProblem() throws Exception {
        ollama(4_096, Instant.now().plusSeconds(86_400));
        prompts(turn(1, "hermes", 1, 1_000, 8_000, 4_000, 0));

        assertThat(problem(doctor(), "context").path("costs").asText()).contains("96 tokens");
    }

    @Test
    void aContextThatHoldsAllPromptsIsGood() throws Exception {
        ollama(65_536, Instant.now().plusSeconds(86_400));
        prompts(turn(1, "hermes", 1, 1_000, 80_000, 30_000, 0));

        CommandRun run = doctor();

        assertThat(grade(run, "context")).isEqualTo("good");
        assertThat(grade(run, "keep-alive")).isEqualTo("good");
        assertThat(run.status()).isZero();
    }

    @Test
    void withoutAnyPromptTheFirstOneOfAnAgentThatIsSetUpIsCompared() throws Exception {
        ollama(4_096, Instant.now().plusSeconds(86_400));
        file(".hermes/config.yaml", """
                model: {provider: 'custom:o', default: hermes-small}
                custom_providers: [{name: o, base_url: %s/v1, api_key: sk-secret}]
                """.formatted(engine.url()));

        JsonNode found = problem(
                CommandRun.of("doctor", "--engine", engine.url(), "--home", home.toString(), "--json"), "context");

        assertThat(found.path("seen").asText()).contains("first prompt of hermes", "14,600 tokens");
    }

    @Test
    void aModelThatIsForgottenAfterFiveMinutesIsAProblem() throws Exception {
        ollama(65_536, Instant.now().plusSeconds(290));
        prompts(turn(1, "hermes", 1, Instant.now().toEpochMilli(), 80_000, 30_000, 0));

        JsonNode found = problem(doctor(), "keep-alive");

        assertThat(found.path("seen").asText()).contains("unloaded in 4 min, 4 min after the newest prompt");
        assertThat(found.path("costs").asText()).contains("30,000 tokens");
        assertThat(found.path("change").get(0).asText()).contains("OLLAMA_KEEP_ALIVE=-1");
    }

    @Test
    void conversationsThatTakeTurnsInTooFewSlotsAreAProblem() throws Exception {
        llamaCpp(1);
        prompts(
                turn(1, "hermes", 1, 1_000, 8_000, 2_000, 0),
                turn(2, "opencode", 2, 2_000, 8_000, 2_000, 0),
                turn(3, "hermes", 1, 3_000, 9_000, 2_100, 2_000),
                turn(4, "opencode", 2, 4_000, 9_000, 2_100, 2_000));

        JsonNode found = problem(doctor(), "slots");

        assertThat(found.path("seen").asText())
                .contains("total_slots 1", "2 conversations of 2 agents (hermes, opencode)");
        assertThat(found.path("change").get(0).asText()).startsWith("llama-server --parallel 2 --ctx-size 131072");
    }

    @Test
    void conversationsOneAfterTheOtherNeedOneSlot() throws Exception {
        llamaCpp(1);
        prompts(
                turn(1, "hermes", 1, 1_000, 8_000, 2_000, 0),
                turn(2, "hermes", 1, 2_000, 8_000, 2_000, 0),
                turn(3, "opencode", 2, 3_000, 9_000, 2_100, 2_000));

        assertThat(grade(doctor(), "slots")).isEqualTo("good");
    }

    @Test
    void sideRequestsTakeNoTurns() throws Exception {
        llamaCpp(1);
        prompts(
                turn(1, "hermes", 1, 1_000, 8_000, 2_000, 0),
                turn(2, "hermes", 2, 2_000, 8_000, 2_000, 0).replace("\"lane\"", "\"sideRequest\":\"title\",\"lane\""),
                turn(3, "hermes", 1, 3_000, 9_000, 2_100, 2_000));

        assertThat(grade(doctor(), "slots")).isEqualTo("good");
    }

    @Test
    void vllmWithoutItsFlagIsFoundByATrialAndWithItIsGood() throws Exception {
        vllm("");
        CommandRun without = direct();
        vllm(",\"prompt_tokens_details\":{\"cached_tokens\":5888}");
        CommandRun with = direct();

        assertThat(problem(without, "cached-tokens").path("change").get(0).asText())
                .isEqualTo("vllm serve --enable-prompt-tokens-details");
        assertThat(grade(with, "cached-tokens")).isEqualTo("good");
        assertThat(engine.asked().stream().filter("/v1/chat/completions"::equals))
                .hasSize(4);
    }

    @Test
    void noPromptIsSentWhereNoneMayBe() throws Exception {
        vllm("");

        assertThat(grade(
                        CommandRun.of(
                                "doctor", "--engine", engine.url(), "--home", home.toString(), "--no-trial", "--json"),
                        "cached-tokens"))
                .isEqualTo("note");
        assertThat(engine.asked()).doesNotContain("/v1/chat/completions");
    }

    @Test
    void cachedTokensThatAnswersToldNeedNoTrial() throws Exception {
        vllm("");
        prompts(turn(1, "hermes", 1, 1_000, 8_000, 2_000, 0));

        assertThat(grade(doctor(), "cached-tokens")).isEqualTo("good");
        assertThat(engine.asked()).doesNotContain("/v1/chat/completions");
    }

    @Test
    void aTemplateThatPrintsTheDateIsAProblem() throws Exception {
        llamaCpp(1);
        String today = java.time.LocalDate.now(java.time.ZoneId.systemDefault()).toString();
        engine.on(
                "/apply-template",
                body -> new Reply(
                        200,
                        JSON.createObjectNode()
                                .put("prompt", "Today: " + today + "\n" + body.path("messages"))
                                .toString()));

        JsonNode found = problem(direct(), "template-date");

        assertThat(found.path("seen").asText()).contains(today);
        assertThat(found.path("change").toString()).contains("strftime_now", "--chat-template-file template.jinja");
    }

    @Test
    void anEngineThatDoesNotAnswerIsAProblem() throws Exception {
        String url = engine.url();
        engine.close();

        CommandRun run = CommandRun.of("doctor", "--engine", url, "--home", home.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("nothing answers HTTP at " + url, "1 problem");
    }

    @Test
    void promptsThatWereRefusedAreNotedAndPagesThatAgentsLookForAreNot() throws Exception {
        ollama(65_536, Instant.now().plusSeconds(86_400));
        prompts();
        String requests = "kvkeep_requests_total{agent=\"hermes\",dialect=\"%s\",engine=\"e\",outcome=\"%s\"} 2.0%n";

        kvkeep.on("/metrics", body -> new Reply(200, requests.formatted("none", "4xx")));
        assertThat(grade(doctor(), "context")).isEqualTo("good");
        kvkeep.on("/metrics", body -> new Reply(200, requests.formatted("chat-completions", "4xx")));
        assertThat(grade(doctor(), "context")).isEqualTo("good,note");
    }

    @Test
    void aKvkeepThatWasNamedHasToBeThere() throws Exception {
        CommandRun notThere = CommandRun.of("doctor", "--admin", engine.url());
        assertThat(notThere.status()).isEqualTo(1);
        assertThat(notThere.err()).contains("is no admin port of this version of kvkeep");
        assertThat(CommandRun.of("doctor", "--admin", "http://user:sk-secret@x").status())
                .isEqualTo(2);
        assertThat(CommandRun.of("doctor", "--admin", "http://user:sk-secret@x").err())
                .doesNotContain("sk-secret");
    }

    @Test
    void agentsThatGoPastKvkeepOrAskForAWrongPathAreProblemsAndNoKeyIsPrinted() throws Exception {
        llamaCpp(1);
        prompts();
        String proxy = kvkeep.url(); // it stands for the port for agents too
        file(".hermes/config.yaml", """
                custom_providers:
                  - {name: kvkeep, base_url: "%s/v1", api_key: sk-secret-1}
                """.formatted(engine.url()));
        file(".config/opencode/opencode.json", """
                {"provider": {"kv": {"options": {"baseURL": "%s", "apiKey": "sk-secret-2"}}}}
                """.formatted(proxy));
        file(".claude/settings.json", """
                {"env": {"ANTHROPIC_BASE_URL": "%s/v1", "ANTHROPIC_AUTH_TOKEN": "sk-secret-3"}}
                """.formatted(proxy));
        file(".codex/config.toml", """
                [model_providers.kvkeep]
                base_url = "%s/v1"  # kvkeep
                env_key = "sk-secret-4"
                """.formatted(proxy.replace("://", "://user:sk-secret-5@") + "?key=sk-secret-6"));
        file(".pi/agent/models.json", """
                {"providers": {"gone": {"baseUrl": "http://127.0.0.1:1/v1"}, "far": {"baseUrl": "https://api.example.com/v1"}}}
                """);

        CommandRun run = doctor();

        JsonNode hermes = agent(run, "hermes");
        assertThat(hermes.path("costs").asText()).contains("past kvkeep");
        assertThat(hermes.path("change").get(0).asText())
                .isEqualTo("~/.hermes/config.yaml: custom_providers.0.base_url: " + proxy + "/v1");
        assertThat(agent(run, "opencode").path("change").get(0).asText()).endsWith("baseURL: " + proxy + "/v1");
        assertThat(agent(run, "claude-code").path("change").get(0).asText()).endsWith("BASE_URL: " + proxy);
        assertThat(agent(run, "pi").path("seen").asText()).contains("providers.gone.baseUrl", "nothing answers");
        assertThat(run.out() + run.err()).doesNotContain("secret", "example.com");
        assertThat(CommandRun.of("doctor", "--admin", kvkeep.url(), "--home", home.toString())
                        .out())
                .doesNotContain("secret")
                .contains("PROBLEM   agent, hermes");
    }

    @Test
    void anAgentWithAnotherEntryThroughKvkeepIsNoProblem() throws Exception {
        llamaCpp(1);
        prompts();
        file(".hermes/config.yaml", """
                custom_providers:
                  - {name: direct, base_url: "%s/v1"}
                  - {name: kvkeep, base_url: "%s/v1"}
                """.formatted(engine.url(), kvkeep.url()));

        CommandRun run = doctor();

        assertThat(findings(run).stream()
                        .filter(one -> one.path("check").asText().equals("agent"))
                        .map(one -> one.path("grade").asText()))
                .containsExactlyInAnyOrder("note", "good");
    }

    @Test
    void filesThatAreNotWhatTheySayAreLeftOut() throws Exception {
        llamaCpp(1);
        prompts();
        file(".hermes/config.yaml", "custom_providers: [");
        file(".config/opencode/opencode.json", "{");
        file(".codex/config.toml", "[[[\n=\n");
        file(".claude/settings.json", "[1, 2]");

        assertThat(findings(doctor()))
                .noneMatch(one -> one.path("check").asText().equals("agent"));
    }

    private CommandRun doctor() {
        return CommandRun.of("doctor", "--admin", kvkeep.url(), "--home", home.toString(), "--json");
    }

    private CommandRun direct() {
        return CommandRun.of("doctor", "--engine", engine.url(), "--home", home.toString(), "--json");
    }

    private void file(String name, String text) throws IOException {
        Path path = home.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void ollama(int contextTokens, Instant until) {
        engine.on("/v1/models", "{\"data\":[{\"id\":\"hermes-small:latest\",\"owned_by\":\"library\"}]}")
                .on("/", body -> new Reply(200, "Ollama is running"))
                .on("/api/version", "{\"version\":\"0.34.0\"}")
                .on("/api/show", "{\"model_info\":{\"general.architecture\":\"qwen2\"},\"template\":\"{{ .Prompt }}\"}")
                .on(
                        "/api/ps",
                        "{\"models\":[{\"name\":\"hermes-small:latest\",\"context_length\":" + contextTokens
                                + ",\"expires_at\":\"" + until + "\"}]}");
    }

    private void llamaCpp(int slots) {
        engine.on("/v1/models", "{\"data\":[{\"id\":\"tiny\",\"owned_by\":\"llamacpp\"}]}")
                .on(
                        "/props",
                        "{\"total_slots\":" + slots + ",\"default_generation_settings\":{\"n_ctx\":65536},"
                                + "\"chat_template\":\"{{ strftime_now('%Y') }}\"}");
    }

    private void vllm(String details) {
        engine.on("/v1/models", "{\"data\":[{\"id\":\"tiny\",\"owned_by\":\"vllm\",\"max_model_len\":65536}]}")
                .on("/v1/chat/completions", "{\"usage\":{\"prompt_tokens\":5921" + details + "}}");
    }

    /** Lets a kvkeep tell of these turns. */
    private void prompts(String... turns) {
        kvkeep.on(
                        "/status",
                        "{\"kvkeep\":{\"version\":\"1\",\"listen\":\""
                                + kvkeep.url().substring(7) + "\"}," + "\"engine\":{\"url\":\"" + engine.url() + "\"}}")
                .on("/api/turns", "{\"turns\":[" + String.join(",", turns) + "]}")
                .on("/metrics", body -> new Reply(200, ""));
    }

    private String turn(long id, String agent, long lane, long millis, int bytes, long tokens, long cached) {
        return """
                {"id":%d,"timeMillis":%d,"tenant":"f5b4f68f","agent":"%s","dialect":"chat-completions","engine":"%s",
                "model":"%s","lane":%d,"promptBytes":%d,"promptTokens":%d,"promptTokensReported":true,"cachedTokens":%d,
                "predictedTokens":0,"predictedAsItCameTokens":0,"firstTokenMillis":9,"edits":{},"later":{"than":"this"}}
                """.formatted(id, millis, agent, engine.url().substring(7), "hermes-small", lane, bytes, tokens, cached);
    }

    private static List<JsonNode> findings(CommandRun run) throws IOException {
        List<JsonNode> findings = new ArrayList<>();
        JSON.readTree(run.out()).path("findings").forEach(findings::add);
        return findings;
    }

    private static String grade(CommandRun run, String check) throws IOException {
        return findings(run).stream()
                .filter(one -> one.path("check").asText().equals(check))
                .map(one -> one.path("grade").asText())
                .collect(Collectors.joining(","));
    }

    private static JsonNode problem(CommandRun run, String check) throws IOException {
        assertThat(run.status()).isEqualTo(1);
        assertThat(grade(run, check)).isEqualTo("problem");
        return findings(run).stream()
                .filter(one -> one.path("check").asText().equals(check))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode agent(CommandRun run, String agent) throws IOException {
        return findings(run).stream()
                .filter(one -> one.path("subject").asText().equals(agent)
                        && one.path("grade").asText().equals("problem"))
                .findFirst()
                .orElseThrow();
    }
}
