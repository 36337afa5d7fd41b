package io.kvkeep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said to someone who has mistyped. */
class WrongUsageTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    srve           | there is no command srve; did you mean serve? | All commands: kvkeep --help
                    serve --engin  | there is no option --engin; did you mean --engine? | All options: kvkeep serve --help
                    serve --mdoe x | there is no option --mdoe; did you mean --mode? | All options: kvkeep serve --help
                    config one     | there is no argument one | All options: kvkeep config --help
                    """)
    void aWordThatIsNoneIsNamedWithTheOneThatIsLikeIt(String line, String problem, String where) {
        CommandRun run = CommandRun.of(line.split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines()).containsExactly("kvkeep: " + problem, where);
    }

    @Test
    void withoutACommandTheTwoToBeginWithAreNamed() {
        CommandRun run = CommandRun.of();

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines())
                .containsExactly(
                        "kvkeep: which command? kvkeep serve runs the proxy, kvkeep demo shows what it does",
                        "All commands: kvkeep --help");
    }

    @Test
    void ofSeveralMistakesTheCommandThatShowsAllIsReadyToCopy(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("kvkeep.yaml"), "mode: fast\nledger: ram\n");

        assertThat(CommandRun.of("config", "--config", file.toString())
                        .err()
                        .lines()
                        .findFirst())
                .hasValue("kvkeep: " + file + ":1: mode is fast; off, observe or rewrite (2 mistakes; those of"
                        + " file and environment: kvkeep check-config " + file + ")");
    }
}
