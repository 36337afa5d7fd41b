package io.kvkeep.cli;

import io.kvkeep.breaks.ExplainCommand;
import io.kvkeep.doctor.DoctorCommand;
import io.kvkeep.draft.LearnCommand;
import io.kvkeep.manual.CompletionCommand;
import io.kvkeep.manual.ManCommand;
import io.kvkeep.replay.ReplayCommand;
import io.kvkeep.yaml.NearName;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. */
@Command(
        name = "kvkeep",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Keeps the prefix cache of a local inference engine warm for the agents that use it.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            CheckProfilesCommand.class,
            LearnCommand.class,
            ConfigCommand.class,
            CheckConfigCommand.class,
            DoctorCommand.class,
            ExplainCommand.class,
            RecordCommand.class,
            ReplayCommand.class,
            CompletionCommand.class,
            ManCommand.class,
            HelpCommand.class
        })
public final class Main {
    // Examples stand on one line each, to be copied.
    private static final int HELP_COLUMNS = 110;
    private static final String LEAK_SEARCH = "io.netty.leakDetection.level";
    private static final String NO_COMMAND =
            "which command? kvkeep serve runs the proxy, kvkeep demo shows what it does";

    private Main() {}

    /** Runs a command and exits with its status: 0 done, 1 failed, 2 wrong usage. */
    public static void main(String[] args) {
        // Tests look for lost buffers everywhere; in use, the stack traces of the search are time that agents wait.
        if (System.getProperty(LEAK_SEARCH) == null) {
            System.setProperty(LEAK_SEARCH, "disabled");
        }
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine main = new CommandLine(new Main())
                .setParameterExceptionHandler(Main::wrongUsage)
                .setUsageHelpWidth(HELP_COLUMNS);
        // Commands of other packages know nothing of this one.
        main.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().versionProvider(new Version()));
        return main;
    }

    /** Says what is wrong in one line; the whole help would push it off the screen. */
    private static int wrongUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String all = command.getSubcommands().isEmpty() ? "All options: " : "All commands: ";
        command.getErr().println("kvkeep: " + (args.length == 0 ? NO_COMMAND : problem(e)));
        command.getErr().println(all + command.getCommandSpec().qualifiedName() + " --help");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String problem(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(e.getMessage());
        }
        String what = e.getCommandLine().getSubcommands().isEmpty() ? "argument" : "command";
        if (unmatched.isUnknownOption()) {
            what = "option";
        }
        String written = unmatched.getUnmatched().get(0);
        CommandLine command = e.getCommandLine();
        Optional<String> near = what.equals("option")
                ? NearName.of(written, command.getCommandSpec().optionsMap().keySet())
                : NearName.of(written, command.getSubcommands().keySet());
        String meant = near.or(() -> unmatched.getSuggestions().stream().findFirst())
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
        return "there is no " + what + " " + written + meant;
    }
}
