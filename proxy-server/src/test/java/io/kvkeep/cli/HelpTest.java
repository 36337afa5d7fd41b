package io.kvkeep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code --help} shows. */
class HelpTest {
    private static final String EXAMPLES = "Examples:";

    static List<String> commands() {
        return List.copyOf(Main.commandLine().getSubcommands().keySet());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void anExampleStandsOnOneLineAndCanBeCopied(String name) {
        List<String> help = CommandRun.of(name, "--help").out().lines().toList();
        int from = help.contains(EXAMPLES) ? help.indexOf(EXAMPLES) + 1 : help.size();

        assertThat(help).isNotEmpty();
        assertThat(help.subList(from, help.size()))
                .allSatisfy(line -> assertThat(line).matches("| {2}\\S.*"));
    }
}
