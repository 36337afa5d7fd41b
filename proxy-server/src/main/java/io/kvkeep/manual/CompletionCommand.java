package io.kvkeep.manual;

import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints completions for a shell. */
@Command(
        name = "completion",
        description = "Prints a script with which a shell completes commands, options and their values.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(kvkeep completion bash)                                     in ~/.bashrc",
            "  source <(kvkeep completion zsh)                                      in ~/.zshrc, behind compinit",
            "  kvkeep completion fish > ~/.config/fish/completions/kvkeep.fish      once"
        })
public final class CompletionCommand implements Callable<Integer> {
    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    @Spec
    private @Nullable CommandSpec spec;

    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.", completionCandidates = Shells.class)
    private String shell = "";

    /** Made by picocli. */
    public CompletionCommand() {}

    @Override
    public Integer call() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("picocli sets the command before it is called");
        }
        CommandLine root = own.root().commandLine();
        PrintWriter out = own.commandLine().getOut();
        switch (shell) {
            case "bash" -> out.print(AutoComplete.bash(root.getCommandName(), root));
            case "zsh" -> out.print(Zsh.script(root.getCommandSpec()));
            case "fish" -> out.print(Fish.script(root.getCommandSpec()));
            default ->
                throw new ParameterException(
                        own.commandLine(), "the shell is " + shell + "; " + String.join(", ", SHELLS) + " are known");
        }
        out.flush();
        return 0;
    }

    /** What may stand as the shell. */
    static final class Shells implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return SHELLS.iterator();
        }
    }
}
