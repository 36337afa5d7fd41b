package io.kvkeep.breaks;

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
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RULE = "═".repeat(46);

    @TempDir
    private Path directory;

    @Test
    void ofTwoBodiesTheSectionItsCauseAndItsLinesAreToldAndThatKvkeepKeepsThePrefix() throws Exception {
        Path before = request("before.json", "Pier 4 reads in feet.", false);
        Path after = request("after.json", "Pier 4 reads in feet.\n§\nTables live in data/tides.", true);

        CommandRun run = CommandRun.of("explain", before.toString(), after.toString());
        JsonNode json = JSON.readTree(CommandRun.of("explain", before.toString(), after.toString(), "--json")
                .out());

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains(
                        "as it came  section-changed, memory;",
                        "+ Tables live in data/tides.",
                        "kept away by the edits")
                .contains("as sent     goes on from an earlier prompt", "replay-note");
        assertThat(json.at("/came/cause").asText()).isEqualTo("section-changed");
        assertThat(json.at("/came/come").toString()).isEqualTo("[\"§\",\"Tables live in data/tides.\"]");
        assertThat(json.path("sent").isNull()).isTrue();
        assertThat(json.path("predictedTokens").asLong())
                .isGreaterThan(json.path("predictedAsItCameTokens").asLong());
    }

    @Test
    void aTerminalDoesNotObeyWhatAPromptHolds() throws Exception {
        Path before = request("before.json", "Pier 4 \u001b[2J\u009b31m reads in feet.", false);
        Path after = request("after.json", "Pier 4 \u001b[2J\u009b31m reads in metres.", true);

        CommandRun run = CommandRun.of("explain", before.toString(), after.toString());

        assertThat(run.out()).contains("- Pier 4 \\u001b[2J\\u009b31m reads in feet.");
        assertThat(run.out()).doesNotContain("\u001b", "\u009b");
    }

    @Test
    void withThePolicyAsItCameNothingIsEdited() throws Exception {
        Path before = request("before.json", "Pier 4 reads in feet.", false);
        Path after = request("after.json", "Pier 4 reads in metres.", true);

        JsonNode json = JSON.readTree(
                CommandRun.of("explain", before.toString(), after.toString(), "--policy", "as-it-came", "--json")
                        .out());

        assertThat(json.path("edits")).isEmpty();
        assertThat(json.at("/sent/cause").asText()).isEqualTo("section-changed");
        assertThat(json.at("/sent/gone/0").asText()).isEqualTo("Pier 4 reads in feet.");
        assertThat(json.at("/sent/come/0").asText()).isEqualTo("Pier 4 reads in metres.");
    }

    @Test
    void ofARecordingTheRequestWithThatNumberIsExplainedByThoseBeforeIt() throws Exception {
        Path recording = recording();

        assertThat(CommandRun.of("explain", recording.toString(), "1").out())
                .contains("request 1, hermes", "break       first-sight");
        assertThat(CommandRun.of("explain", recording.toString()).out())
                .contains(
                        "request 2, hermes, 900 tokens",
                        "section-changed, memory",
                        "when it was recorded the engine had 100");
        assertThat(CommandRun.of("explain", recording.toString(), "--policy", "as-it-came")
                        .out())
                .contains("break       section-changed, memory;", "+ Pier 4 reads in metres.");
        CommandRun missing = CommandRun.of("explain", recording.toString(), "3");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("holds no request 3; its last is 2");
    }

    @Test
    void ofARunningKvkeepALaneOrTheLastTurnIsTold() throws Exception {
        try (ScriptedEngine kvkeep = ScriptedEngine.start()) {
            kvkeep.on(
                            "/status",
                            "{\"kvkeep\":{\"version\":\"1\",\"listen\":\"127.0.0.1:1\"},\"engine\":{\"url\":\"http://e\"}}")
                    .on(
                            "/api/turns",
                            "{\"turns\":[" + turn(1, 7, "first-sight", "") + ","
                                    + turn(2, 7, "section-changed", "memory") + "," + turn(3, 8, "new-session", "")
                                    + "]}")
                    .on("/metrics", body -> new Reply(200, ""));

            assertThat(CommandRun.of("explain", "--last", "--admin", kvkeep.url())
                            .out())
                    .contains(
                            "turn 3, hermes, lane 8",
                            "break       new-session; 400 tokens lie behind",
                            "remedy: a rule")
                    .doesNotContain("turn 2");
            assertThat(CommandRun.of("explain", "--lane", "7", "--admin", kvkeep.url())
                            .out())
                    .contains("turn 1", "turn 2, hermes, lane 7", "section-changed, memory", "kept away by the edits")
                    .contains("as sent     goes on")
                    .contains("900 tokens could be, 880 were by the engine's report; as it came 500");
            assertThat(JSON.readTree(CommandRun.of("explain", "--lane", "7", "--json", "--admin", kvkeep.url())
                                    .out())
                            .path("turns"))
                    .hasSize(2);
            CommandRun none = CommandRun.of("explain", "--lane", "9", "--admin", kvkeep.url());
            assertThat(none.status()).isEqualTo(1);
            assertThat(none.err()).contains("no turn of lane 9 among its last 3");
        }
        assertThat(CommandRun.of("explain", "--last", "--admin", "http://127.0.0.1:1")
                        .err())
                .contains("no kvkeep answers at http://127.0.0.1:1");
    }

    @Test
    void whatCantBeExplainedIsSaid() throws Exception {
        Path body = request("before.json", "Pier 4 reads in feet.", false);
        Path text = Files.writeString(directory.resolve("text"), "no JSON");

        assertThat(CommandRun.of("explain").status()).isEqualTo(2);
        assertThat(CommandRun.of("explain", "--last", "--lane", "1").status()).isEqualTo(2);
        assertThat(CommandRun.of("explain", body.toString()).err()).contains("give a second file");
        assertThat(CommandRun.of("explain", body.toString(), text.toString()).err())
                .contains("text holds no prompt that kvkeep reads");
        assertThat(CommandRun.of("explain", body.toString(), text.toString()).status())
                .isEqualTo(1);
        assertThat(CommandRun.of("explain", body.toString(), "nothing").err())
                .contains("there is no nothing;", "relative paths begin at ");
        assertThat(CommandRun.of("explain", directory.toString()).err()).contains(directory + " is a directory");
        assertThat(CommandRun.of("replay", directory.toString()).err()).contains(directory + " is a directory");
        assertThat(CommandRun.of("replay", "nothing").err()).contains("there is no nothing;");
        assertThat(CommandRun.of("explain", body.toString(), body.toString(), "--path", "/v1/embeddings")
                        .err())
                .contains("--path is /v1/embeddings");
        assertThat(CommandRun.of("explain", recording().toString(), "two").status())
                .isEqualTo(2);
    }

    @Test
    void aLongLineIsShownAroundThePlaceWhereItParts() {
        byte[] old = ("a".repeat(5_000) + "X" + "b".repeat(5_000)).getBytes(StandardCharsets.UTF_8);
        byte[] now = ("a".repeat(5_000) + "Y" + "b".repeat(5_000)).getBytes(StandardCharsets.UTF_8);

        TextDiff diff = TextDiff.between(old, now);

        assertThat(diff.gone().get(0)).contains("aXb").hasSizeLessThan(200);
        assertThat(diff.come().get(0)).contains("aYb").startsWith("...").endsWith("...");
    }

    private Path request(String name, String memory, boolean second) throws IOException {
        return Files.writeString(directory.resolve(name), body(memory, second).toString());
    }

    private static ObjectNode body(String memory, boolean second) {
        ObjectNode body = JSON.createObjectNode().put("model", "m");
        var messages = body.putArray("messages");
        messages.addObject()
                .put("role", "system")
                .put(
                        "content",
                        "You are Hermes Agent, an intelligent AI assistant created by Nous Research.\n\n"
                                + "Keep the tide tables in order.\n\n" + RULE
                                + "\nMEMORY (your personal notes) [3% — 68/2,200 chars]\n" + RULE + "\n" + memory
                                + "\n\nConversation started: Saturday, November 21, 2026\nModel: m");
        messages.addObject().put("role", "user").put("content", "How high is the tide? ".repeat(40));
        if (second) {
            messages.addObject().put("role", "assistant").put("content", "12.4 feet.");
            messages.addObject().put("role", "user").put("content", "And tomorrow?");
        }
        return body;
    }

    private Path recording() throws IOException {
        StringBuilder lines = new StringBuilder("{\"kvkeep-recording\":1}\n");
        for (int id = 1; id <= 2; id++) {
            ObjectNode line = JSON.createObjectNode()
                    .put("id", id)
                    .put("timeMillis", 1_795_000_000_000L + id * 20_000L)
                    .put("tenant", "0a0b0c0d")
                    .put("path", "/v1/chat/completions")
                    .put(
                            "body",
                            body(id == 1 ? "Pier 4 reads in feet." : "Pier 4 reads in metres.", id == 2)
                                    .toString());
            line.putObject("headers");
            line.putObject("answer")
                    .put("status", 200)
                    .put("contentType", "application/json")
                    .put("whole", true)
                    .put(
                            "body",
                            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"12.4 feet.\"},"
                                    + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":" + (800 + id * 50)
                                    + ",\"prompt_tokens_details\":{\"cached_tokens\":100}}}");
            lines.append(line).append('\n');
        }
        Path file = directory.resolve("recording.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    private static String turn(int id, int lane, String cause, String subject) {
        String place = "{\"cause\":\"" + cause + "\",\"subject\":\"" + subject
                + "\",\"behindBytes\":1600,\"behindTokens\":400,\"remedy\":\"a rule\"}";
        return "{\"id\":" + id
                + ",\"timeMillis\":1,\"tenant\":\"t\",\"agent\":\"hermes\",\"dialect\":\"chat-completions\","
                + "\"engine\":\"e\",\"model\":\"m\",\"lane\":" + lane + ",\"promptBytes\":4000,\"promptTokens\":1000,"
                + "\"promptTokensReported\":true,\"cachedTokens\":880,\"predictedTokens\":900,"
                + "\"predictedAsItCameTokens\":500,\"firstTokenMillis\":9,\"edits\":{\"replay-note\":1},\"came\":"
                + place
                + (id == 2 ? "" : ",\"sent\":" + place) + "}";
    }
}
