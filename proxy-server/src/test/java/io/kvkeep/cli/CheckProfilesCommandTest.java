package io.kvkeep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckProfilesCommandTest {
    @TempDir
    private Path directory;

    @Test
    void goodFilesAreNamedAndEndWithZero() throws IOException {
        Path tern = write("tern.yaml", "agent: tern\nside-requests:\n  - {name: title, starts: Name it}\n");
        Path hermes = write("hermes.yaml", "agent: hermes\nextends: built-in\n");
        Run run = run(directory.toString());

        assertThat(run.status()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        hermes + ": good; agent hermes, rules 0, on top of the built-in profile",
                        tern + ": good; agent tern, rules 1");
    }

    @Test
    void everyMistakeIsOneLineWithFileLineValueAndWhatIsAllowed() throws IOException {
        Path tern = write("tern.yaml", "agent: tern\nnest: 4\nsections:\n  - {name: a, kind: watch}\n");
        Path gull = write("gull.yaml", "agent: [gull\n");
        Run run = run(tern.toString(), gull.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out().lines()).hasSize(3);
        assertThat(run.out().lines().toList().get(0)).startsWith(tern + ":2: no key nest here; one of agent, ");
        assertThat(run.out().lines().toList().get(1)).startsWith(tern + ":4: no kind watch; one of identity, ");
        assertThat(run.out().lines().toList().get(2)).startsWith(gull + ":").contains("not YAML");
    }

    @Test
    void asJsonTheSameIsSaidForPrograms() throws IOException {
        Path tern = write("tern.yaml", "agent: tern\nnest: 4\n");
        Run run = run("--json", tern.toString());

        assertThat(run.status()).isEqualTo(1);
        JsonNode file = new ObjectMapper().readTree(run.out()).path("files").path(0);
        assertThat(file.path("file").asText()).isEqualTo(tern.toString());
        assertThat(file.path("agent").asText()).isEqualTo("tern");
        assertThat(file.path("problems").path(0).path("line").asInt()).isEqualTo(2);
        assertThat(file.path("problems").path(0).path("problem").asText()).startsWith("no key nest here; one of ");
        assertThat(file.path("problems")).hasSize(1);
    }

    @Test
    void theSchemaIsJson() throws IOException {
        Run run = run("--schema");

        assertThat(run.status()).isZero();
        assertThat(new ObjectMapper().readTree(run.out()).path("properties").has("agent"))
                .isTrue();
    }

    @Test
    void aFileThatIsNotThereIsWrongUsage() {
        Run run = run(directory.resolve("none.yaml").toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("there is no " + directory.resolve("none.yaml"));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static Run run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
        String[] all = new String[args.length + 1];
        all[0] = "check-profiles";
        System.arraycopy(args, 0, all, 1, args.length);
        return new Run(command.execute(all), out.toString(), err.toString());
    }

    private record Run(int status, String out, String err) {}
}
