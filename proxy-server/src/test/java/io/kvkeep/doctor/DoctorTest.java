package io.kvkeep.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.cli.CommandRun;
import io.kvkeep.explain.Break;
import io.kvkeep.probe.ScriptedEngine;
import io.kvkeep.probe.ScriptedEngine.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What doctor says of engines and a kvkeep that answer as the real ones were seen to. */
/*
 * Over the usual length: a claim for each thing that doctor finds, with the answers of the engine that it is found in.
 */
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

    @Test
    void aSectionWithARuleThatIsReadAgainInModeObserveIsAProblemAndGoodWhereItTravelsAsANote() throws Exception {
        llamaCpp(1);
        String came = broken("came", "memory", true);
        prompts(changed(2, came + broken("sent", "memory", true)), changed(3, came + broken("sent", "memory", true)));
        mode("observe", "", "");

        JsonNode found = problem(doctor(), "system-text");
        assertThat(found.path("subject").asText()).isEqualTo("hermes");
        assertThat(found.path("seen").asText())
                .isEqualTo(
                        "section memory of the system prompt was another than before in 2 of the last 2 prompts of the"
                                + " running kvkeep");
        assertThat(found.path("costs").asText()).contains("18,000 tokens");
        assertThat(found.path("change").get(0).asText()).startsWith("kvkeep serve --mode rewrite");

        prompts(changed(2, came), changed(3, came));
        mode("rewrite", "", "-");
        assertThat(grade(doctor(), "system-text")).isEqualTo("good");
    }

    @Test
    void aSectionThatNoRuleMovesHasASettingAndOneThatChangedOnceIsWorthANote() throws Exception {
        llamaCpp(1);
        String both = broken("came", "agents-md", false) + broken("sent", "agents-md", false);
        prompts(changed(2, both));
        assertThat(grade(doctor(), "system-text")).isEqualTo("note");

        prompts(changed(2, both), changed(3, both));
        assertThat(problem(doctor(), "system-text").path("change").get(0).asText())
                .startsWith("stable-changes: note");
    }

    @Test
    void aLineThatTheLearnerFoundHasTheRuleToCopyOnlyWhereTextMayBeShown() throws Exception {
        llamaCpp(1);
        String both = broken("came", Break.UNNAMED_TEXT, false) + broken("sent", Break.UNNAMED_TEXT, false);
        prompts(changed(2, both), changed(3, both), changed(4, both));
        mode("rewrite", "", "");
        JsonNode withheld = problem(doctor(), "system-text");
        assertThat(withheld.path("seen").asText())
                .isEqualTo("a line with an id of the system prompt (learned-id-1) changed 3 times in 4 system texts");
        assertThat(withheld.path("costs").asText()).contains("about 2,000 tokens", "up to 27,000 tokens in all");
        assertThat(withheld.path("change").get(0).asText()).startsWith("show-text: true");
        assertThat(withheld.path("change").get(1).asText()).isEqualTo("kvkeep learn --agent hermes");

        mode(
                "rewrite",
                "true",
                "  - name: id-1\\n    kind: other\\n    stability: volatile\\n    starts: ['Berth: ']\\n"
                        + "    until: [line-end]\\n");
        JsonNode shown = problem(doctor(), "system-text").path("change");
        assertThat(shown.get(0).asText())
                .isEqualTo("kvkeep learn --agent hermes --out ~/.local/share/kvkeep/profiles/hermes.yaml");
        assertThat(shown.toString()).contains("    starts: ['Berth: ']");
    }

    @Test
    void aRecordingTellsWhatChangesWithoutAnyEngineOrKvkeep() throws Exception {
        CommandRun run = CommandRun.of(
                "doctor", "--recording", recording().toString(), "--engine", "http://127.0.0.1:1", "--json");

        JsonNode found = findings(run).stream()
                .filter(one -> one.path("check").asText().equals("system-text"))
                .findFirst()
                .orElseThrow();
        assertThat(found.path("grade").asText()).isEqualTo("note");
        assertThat(found.path("seen").asText())
                .contains("section workspace", "in 3 of the 4 prompts of monday.jsonl.gz");
        assertThat(found.path("change").get(0).asText()).startsWith("kvkeep serve ");
        assertThat(run.out()).doesNotContain("Notes on the tides");
    }

    @Test
    void aRecordingStandsInForAKvkeepWhereAnEngineIsLookedAt() throws Exception {
        llamaCpp(1);

        CommandRun run = CommandRun.of(
                "doctor",
                "--recording",
                recording().toString(),
                "--engine",
                engine.url(),
                "--home",
                home.toString(),
                "--json");

        assertThat(grade(run, "system-text")).isEqualTo("note");
        assertThat(findings(run).stream()
                        .filter(one -> one.path("check").asText().equals("context"))
                        .map(one -> one.path("seen").asText())
                        .collect(Collectors.joining()))
                .contains("the largest of the 4 prompts of monday.jsonl.gz had 5,003 tokens (hermes)");
    }

    @Test
    void aRecordingThatCanNotBeReadIsNamed() throws Exception {
        CommandRun missing =
                CommandRun.of("doctor", "--recording", home.resolve("gone.gz").toString());
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("there is no " + home.resolve("gone.gz"));
        assertThat(CommandRun.of("doctor", "--recording", home.toString()).err())
                .contains("is a directory");
        assertThat(CommandRun.of("doctor", "--recording", "x", "--admin", kvkeep.url())
                        .status())
                .isEqualTo(2);
    }

    /** Four prompts of Hermes, each with another line of its git log. */
    private Path recording() throws IOException {
        StringBuilder lines = new StringBuilder("{\"kvkeep-recording\":1}\n");
        for (int id = 1; id <= 4; id++) {
            var body = JSON.createObjectNode().put("model", "tiny");
            var messages = body.putArray("messages");
            messages.addObject()
                    .put("role", "system")
                    .put(
                            "content",
                            "You are Hermes Agent, an intelligent AI assistant created by Nous Research.\n\n"
                                    + "Workspace (snapshot at session start — re-check with `git` before acting on it):\n- Root: /srv/tides\n- Branch: main\n- Recent commits:\n    13d04c"
                                    + id
                                    + " Notes on the tides\n\nKeep the tables in order.\n"
                                    + "Be brief. ".repeat(2_000));
            messages.addObject().put("role", "user").put("content", "How high is tide " + id + "?");
            var line = JSON.createObjectNode()
                    .put("id", id)
                    .put("timeMillis", 1_795_000_000_000L + id * 20_000L)
                    .put("tenant", "0a0b0c0d")
                    .put("path", "/v1/chat/completions")
                    .put("body", body.toString());
            line.putObject("headers");
            line.putObject("answer")
                    .put("status", 200)
                    .put("contentType", "application/json")
                    .put("whole", true)
                    .put("body", "{\"usage\":{\"prompt_tokens\":" + (4_999 + id) + "}}");
            lines.append(line).append('\n');
        }
        Path file = home.resolve("monday.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    /** A prompt of Hermes with breaks. */
    private String changed(long id, String places) {
        return turn(id, "hermes", id, 1_000 * id, 40_000, 10_000, 500).replace("\"edits\"", places + "\"edits\"");
    }

    private static String broken(String side, String section, boolean ruled) {
        return "\"" + side + "\":{\"cause\":\"section-changed\",\"subject\":\"" + section
                + "\",\"behindBytes\":36000,\"behindTokens\":9000,\"ruled\":" + ruled + ",\"remedy\":\"\"},";
    }

    /** Lets the kvkeep tell of its mode, and of one line that the learner found. */
    private void mode(String mode, String showsText, String rule) {
        kvkeep.on("/status", """
                {"kvkeep":{"version":"1","listen":"%s","mode":"%s"},"engine":{"url":"%s"},
                "learning":{"learn":"auto","showText":%s,"agents":{"hermes":{"systemTexts":4}}},
                "learner":{"hermes":[%s]}}
                """.formatted(
                        kvkeep.url().substring(7),
                        mode,
                        engine.url(),
                        showsText.isEmpty() ? "false" : showsText,
                        mode.equals("rewrite") && !rule.equals("-")
                                ? "{\"name\":\"learned-id-1\",\"varies\":\"id\",\"inTexts\":4,\"changed\":3,"
                                        + "\"bytesReadAgain\":8000,\"state\":\"offered\",\"rule\":\"" + rule + "\"}"
                                : ""));
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
