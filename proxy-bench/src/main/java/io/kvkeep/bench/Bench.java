package io.kvkeep.bench;

import java.io.IOException;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program's entry: {@code compare} measures whole processes, {@code jmh} runs the benchmarks of single parts. */
@Command(
        name = "proxy-bench",
        description = "Measures kvkeep next to other reverse proxies.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "jmh ARGUMENTS goes to JMH as it stands: jmh -h, jmh -l, jmh Rewrite -f 1"},
        subcommands = {CompareCommand.class, EngineCommand.class, LedgerCommand.class, LoadCommand.class})
final class Bench {
    public static void main(String[] args) throws IOException {
        if (args.length > 0 && args[0].equals("jmh")) {
            org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        CommandLine program = new CommandLine(new Bench()).setExecutionExceptionHandler((failure, command, parsed) -> {
            System.err.println(command.getCommandName() + ": " + failure);
            return CommandLine.ExitCode.SOFTWARE;
        });
        System.exit(args.length == 0 ? help(program) : program.execute(args));
    }

    private static int help(CommandLine program) {
        program.usage(System.out);
        return CommandLine.ExitCode.USAGE;
    }

    private Bench() {}
}
