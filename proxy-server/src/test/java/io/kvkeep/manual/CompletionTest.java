package io.kvkeep.manual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvkeep.cli.CommandRun;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts are read by the shells themselves, where they are installed, and know every command and option. */
@Timeout(60)
class CompletionTest {
    @TempDir
    private Path dir = Path.of("unset");

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void eachCommandAndOptionOfTheHelpIsThere(String shell) {
        String script = script(shell);

        for (String word : List.of("serve", "check-config", "completion", "man", "engine", "data-dir", "event-loops")) {
            assertThat(script).contains(word);
        }
        assertThat(script).doesNotContain("@|");
    }

    @Test
    void aShellThatIsNotKnownIsRefusedWithThoseThatAre() {
        CommandRun run = CommandRun.of("completion", "powershell");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("the shell is powershell; bash, zsh, fish are known");
    }

    @ParameterizedTest
    @CsvSource({"bash, -n", "zsh, -n", "fish, --no-execute"})
    void theShellFindsNothingWrong(String shell, String check) throws Exception {
        assumeTrue(installed(shell), shell + " is not installed");
        Path file = Files.writeString(dir.resolve("script"), script(shell));

        assertThat(run(shell, check, file.toString())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ser|serve",
                "check-|check-config check-profiles",
                "serve --mod|--mode",
                "serve --mode |observe off rewrite",
                "serve --placement |end-of-system first-user off",
                "completion |bash fish zsh"
            })
    void bashCompletesWords(String typed, String completed) throws Exception {
        assumeTrue(installed("bash"), "bash is not installed");
        Path file = Files.writeString(dir.resolve("script"), script("bash"));
        Path asking = Files.writeString(dir.resolve("asking"), """
                compopt() { :; } # this is no completion
                source "$1"
                read -r -a COMP_WORDS <<<"kvkeep $2"
                if [[ $2 == *" " ]]; then COMP_WORDS+=(""); fi
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                COMP_LINE="kvkeep $2" COMP_POINT=$((${#2} + 7))
                _complete_kvkeep
                printf '%s\\n' "${COMPREPLY[@]}"
                """);
        // The format of the table drops blanks at the end.
        String line = typed.endsWith("mode") || typed.endsWith("placement") || typed.equals("completion")
                ? typed + " "
                : typed;

        assertThat(sorted(run("bash", asking.toString(), file.toString(), line)))
                .containsExactly(completed.split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ser|serve",
                "check-|check-config check-profiles",
                "serve --mode=|--mode=observe --mode=off --mode=rewrite"
            })
    void fishCompletesWords(String typed, String completed) throws Exception {
        assumeTrue(installed("fish"), "fish is not installed");
        Path file = Files.writeString(dir.resolve("script"), script("fish"));
        String said = run("fish", "--no-config", "-c", "source " + file + "; complete -C 'kvkeep " + typed + "'");

        assertThat(sorted(said.replaceAll("(?m)\t.*$", ""))).containsExactly(completed.split(" "));
    }

    @Test
    void theManualPageNamesEveryCommandWithItsOptions() {
        String page = CommandRun.of("man").out();

        assertThat(page)
                .startsWith(".TH KVKEEP 1 ")
                .contains(".SH NAME\nkvkeep \\- keeps the prefix cache")
                .contains(".SS kvkeep serve [options]\n", ".SS kvkeep check\\-config [options] [FILE]\n")
                .contains(".TP\n.B \\-\\-mode MODE\n")
                .contains(".SH SIGNALS\n");
        assertThat(page.lines().filter(line -> line.startsWith("'"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"groff -man -Tutf8 -ww -z", "mandoc -T lint -W warning"})
    void theManualPageIsReadWithoutAWarning(String command) throws Exception {
        String[] words = command.split(" ");
        assumeTrue(installed(words[0]), words[0] + " is not installed");
        Path file =
                Files.writeString(dir.resolve("kvkeep.1"), CommandRun.of("man").out());
        List<String> all = new ArrayList<>(List.of(words));
        all.add(file.toString());

        // A date of the page would differ from build to build.
        assertThat(run(all.toArray(String[]::new)).lines().filter(line -> !line.contains("missing date")))
                .isEmpty();
    }

    private static String script(String shell) {
        CommandRun run = CommandRun.of("completion", shell);
        assertThat(run.status()).isZero();
        return run.out();
    }

    private static List<String> sorted(String lines) {
        return lines.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .sorted()
                .toList();
    }

    private static boolean installed(String program) {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return out;
    }
}
