package io.kvkeep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigCommandTest {
    @TempDir
    private Path directory;

    @Test
    void configShowsEachValueWithItsOrigin() throws IOException {
        Path file = write("engine: http://127.0.0.1:9\nmode: observe\nlimits:\n  head-bytes: 9000\n");
        Run run = run("config", "--config", file.toString(), "--mode", "off");

        assertThat(run.status()).isZero();
        assertThat(run.out().lines())
                .contains(
                        "engine: http://127.0.0.1:9 # " + file + ":1",
                        "mode: off # --mode",
                        "placement: first-user # default",
                        "  head-bytes: 9000 # " + file + ":4");
    }

    @Test
    void whatConfigPrintsIsAGoodFile() throws IOException {
        Path file = write(run("config", "--event-loops", "5").out());

        assertThat(run("check-config", file.toString()).out().lines()).containsExactly(file + ": good");
        assertThat(run("config", "--config", file.toString()).out()).contains("event-loops: 5 # " + file + ":");
    }

    @Test
    void asJsonTheSameIsSaidForPrograms() throws IOException {
        Path file = write("show-text: true\nlimits: {head-bytes: 9_000}\n");
        Run run = run("config", "--json", "--config", file.toString(), "--listen", "127.0.0.1:22000");
        JsonNode settings = new ObjectMapper().readTree(run.out()).path("settings");

        assertThat(run.status()).isZero();
        assertThat(row(settings, "engine")).hasToString("{\"key\":\"engine\",\"value\":null,\"from\":\"default\"}");
        assertThat(row(settings, "listen"))
                .hasToString(
                        "{\"key\":\"listen\",\"value\":\"127.0.0.1:22000\",\"from\":\"flag\",\"flag\":\"--listen\"}");
        assertThat(row(settings, "show-text").path("value")).hasToString("true");
        assertThat(row(settings, "limits.head-bytes").path("value")).hasToString("9000");
        assertThat(row(settings, "limits.head-bytes").path("from").asText()).isEqualTo("file");
        assertThat(row(settings, "limits.head-bytes").path("line").asInt()).isEqualTo(2);
    }

    @Test
    void everyMistakeOfAFileIsNamed() throws IOException {
        Path file = write("mode: fast\nlsten: x\n");
        Run run = run("check-config", file.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out().lines())
                .hasSize(2)
                .startsWith(file + ":1: mode is fast; off, observe or rewrite")
                .anyMatch(line ->
                        line.startsWith(file + ":2: no key lsten here; did you mean listen? All keys: engine, "));
    }

    @Test
    void mistakesAreThereAsJsonToo() throws IOException {
        Path file = write("\nmode: fast\n");
        Run run = run("check-config", "--json", file.toString());

        assertThat(run.status()).isEqualTo(1);
        JsonNode problems = new ObjectMapper().readTree(run.out()).path("problems");
        assertThat(problems).hasSize(1);
        assertThat(problems.path(0).path("file").asText()).isEqualTo(file.toString());
        assertThat(problems.path(0).path("line").asInt()).isEqualTo(2);
        assertThat(problems.path(0).path("problem").asText()).isEqualTo("mode is fast; off, observe or rewrite");
    }

    @Test
    void serveAndConfigStopAtAMistakeAndSayHowMany() throws IOException {
        Path file = write("mode: fast\nmarks: on\n");

        for (String command : List.of("serve", "config")) {
            Run run = run(command, "--config", file.toString(), "--event-loops", "two");
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .startsWith("kvkeep: " + file + ":1: mode is fast; off, observe or rewrite (3 mistakes; ");
        }
    }

    @Test
    void aFileThatIsNotThereIsWrongUsage() {
        Path none = directory.resolve("none.yaml");

        for (Run run : List.of(run("check-config", none.toString()), run("config", "--config", none.toString()))) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).startsWith("kvkeep: there is no configuration file " + none);
        }
    }

    @Test
    void theSchemaIsJson() throws IOException {
        Run run = run("config", "--schema");

        assertThat(run.status()).isZero();
        assertThat(new ObjectMapper().readTree(run.out()).path("properties").has("engine"))
                .isTrue();
    }

    private static JsonNode row(JsonNode settings, String key) {
        for (JsonNode row : settings) {
            if (row.path("key").asText().equals(key)) {
                return row;
            }
        }
        throw new AssertionError("no " + key + " in " + settings);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "kvkeep", ".yaml"), text);
    }

    private static Run run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
        return new Run(command.execute(args), out.toString(), err.toString());
    }

    private record Run(int status, String out, String err) {}
}
