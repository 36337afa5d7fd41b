package io.kvkeep.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.cli.CommandRun;
import io.kvkeep.probe.ScriptedEngine;
import io.kvkeep.probe.ScriptedEngine.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session of Hermes whose memory changes, played under several policies. */
class ReplayCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RULE = "═".repeat(46);
    private static final String WORDS = "The tide table lives in the drawer of the harbour office. ".repeat(40);

    @TempDir
    private Path directory;

    @Test
    void eachPolicyIsComparedWithThePromptsAsTheyCame() throws Exception {
        JsonNode table = JSON.readTree(
                CommandRun.of("replay", session().toString(), "--json").out());

        assertThat(table.path("base").asText()).isEqualTo("as-it-came");
        long came = read(table, "as-it-came");
        long kept = read(table, "auto");
        assertThat(kept).isPositive().isLessThan(came * 3 / 4);
        assertThat(row(table, "auto").path("savedTokens").asLong()).isEqualTo(came - kept);
        assertThat(row(table, "auto").path("prompts").asLong()).isEqualTo(4);
        assertThat(row(table, "auto").path("agent").asText()).isEqualTo("hermes");
        assertThat(read(table, "end-of-system")).isBetween(kept, came);
    }

    @Test
    void tokensAreAsTheEngineCountedThemWhenTheRecordingWasMade() throws Exception {
        CommandRun run = CommandRun.of("replay", session().toString());

        assertThat(run.out())
                .contains("hermes, 4 prompts", "when it was recorded")
                .containsPattern("when it was recorded +20,000 +5,000 +25.0 %")
                .containsPattern("as-it-came +20,000 ")
                .contains("The engine read 1,000 tokens/s");
    }

    @Test
    void aHybridModelReadsMoreAgainThanATree() throws Exception {
        JsonNode radix = JSON.readTree(
                CommandRun.of("replay", session().toString(), "--json").out());
        JsonNode hybrid =
                JSON.readTree(CommandRun.of("replay", session().toString(), "--model-of-engine", "hybrid", "--json")
                        .out());

        assertThat(read(hybrid, "as-it-came")).isGreaterThan(read(radix, "as-it-came"));
        assertThat(read(hybrid, "auto")).isLessThan(read(hybrid, "as-it-came") / 2);
    }

    @Test
    void aRealEngineReadsEveryPromptOnceForEachPolicyAndItsCountsHold() throws Exception {
        List<JsonNode> arrived = new ArrayList<>();
        try (ScriptedEngine engine = ScriptedEngine.start()) {
            engine.on("/v1/models", "{\"data\":[{\"id\":\"tiny\",\"owned_by\":\"llamacpp\"}]}")
                    .on("/v1/chat/completions", body -> {
                        arrived.add(body);
                        return new Reply(200, usage(700, 200));
                    });
            CommandRun run = CommandRun.of(
                    "replay",
                    session().toString(),
                    "--engine",
                    engine.url(),
                    "--model",
                    "tiny",
                    "--policy",
                    "as-it-came",
                    "--policy",
                    "auto");

            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .containsPattern("as-it-came +2,800 +2,000 +71.4 %")
                    .containsPattern("auto +2,800 +2,000 +71.4 % +0")
                    .contains("the engine's own counts");
        }
        assertThat(arrived).hasSize(8).allSatisfy(body -> {
            assertThat(body.path("max_tokens").asInt()).isEqualTo(1);
            assertThat(body.path("stream").asBoolean(true)).isFalse();
            assertThat(body.path("stream_options").isNull()).isTrue();
            assertThat(body.path("model").asText()).isEqualTo("tiny");
        });
        String one = arrived.get(0).at("/messages/0/content").asText();
        String other = arrived.get(1).at("/messages/0/content").asText();
        assertThat(one).contains("You are Hermes Agent");
        assertThat(one.substring(0, 30)).as("policies share nothing").isNotEqualTo(other.substring(0, 30));
    }

    @Test
    void whatCantBePlayedIsSaid() throws Exception {
        Path text = Files.writeString(directory.resolve("a.txt"), "no recording");
        assertThat(CommandRun.of("replay", text.toString()).err()).contains("is no recording of kvkeep");
        assertThat(CommandRun.of("replay", text.toString()).status()).isEqualTo(1);
        assertThat(CommandRun.of("replay", "nothing").err()).contains("there is no nothing");
        assertThat(CommandRun.of("replay", session().toString(), "--policy", "best")
                        .err())
                .contains("no policy best", "end-of-system");
        assertThat(CommandRun.of("replay", session().toString(), "--policy", "best")
                        .status())
                .isEqualTo(2);
        assertThat(CommandRun.of("replay", session().toString(), "--engine", "http://127.0.0.1:1")
                        .err())
                .contains("no engine answers");
        assertThat(CommandRun.of(
                                "replay",
                                file("old", "{\"kvkeep-recording\":9}").toString())
                        .err())
                .contains("version 9", "version 1");
        assertThat(CommandRun.of("replay", file("other", "{\"a\":1}").toString())
                        .err())
                .contains("first line has no kvkeep-recording");
        assertThat(CommandRun.of(
                                "replay",
                                file("empty", "{\"kvkeep-recording\":1}").toString())
                        .err())
                .contains("holds no prompt");
    }

    private static JsonNode row(JsonNode table, String policy) {
        for (JsonNode row : table.path("rows")) {
            if (row.path("policy").asText().equals(policy)) {
                return row;
            }
        }
        throw new AssertionError("no " + policy + " in " + table);
    }

    private static long read(JsonNode table, String policy) {
        return row(table, policy).path("readTokens").asLong();
    }

    private Path session() throws IOException {
        List<String> lines = new ArrayList<>(List.of("{\"kvkeep-recording\":1}"));
        ObjectNode body = JSON.createObjectNode().put("model", "m").put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        for (int turn = 0; turn < 4; turn++) {
            String memory = "Pier " + turn + " reads in feet.";
            String system = "You are Hermes Agent, an intelligent AI assistant created by Nous Research.\n\n"
                    + WORDS.repeat(6)
                    + "\n\n" + RULE + "\nMEMORY (your personal notes) [3% — 68/2,200 chars]\n" + RULE + "\n" + memory
                    + "\n\nConversation started: Saturday, November 21, 2026\nModel: m";
            var messages = body.putArray("messages");
            messages.addObject().put("role", "system").put("content", system);
            for (int i = 0; i <= turn; i++) {
                messages.addObject().put("role", "user").put("content", "Question " + i + ". " + WORDS);
                if (i < turn) {
                    messages.addObject().put("role", "assistant").put("content", "Answer " + i);
                }
            }
            ObjectNode line = JSON.createObjectNode()
                    .put("id", turn + 1)
                    .put("timeMillis", 1_795_000_000_000L + turn * 20_000L)
                    .put("tenant", "0a0b0c0d")
                    .put("path", "/v1/chat/completions")
                    .put("body", body.toString());
            line.putObject("headers");
            line.putObject("answer")
                    .put("status", 200)
                    .put("contentType", "application/json")
                    .put("whole", true)
                    .put("firstTokenMillis", 1_250)
                    .put("lastTokenMillis", 1_300)
                    .put("body", usage(5_000, 3_750).replace("\"ok\"", "\"Answer " + turn + "\""));
            lines.add(line.toString());
        }
        return file("session", String.join("\n", lines));
    }

    private static String usage(long prompt, long cached) {
        return "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"ok\"},\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":" + prompt + ",\"prompt_tokens_details\":{\"cached_tokens\":" + cached
                + "}}}";
    }

    private Path file(String name, String text) throws IOException {
        Path file = directory.resolve(name + ".jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
