package io.kvkeep.manual;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the manual page. */
@Command(
        name = "man",
        description = "Prints the manual page of all commands.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep man | man -l -                                    reads it",
            "  kvkeep man > ~/.local/share/man/man1/kvkeep.1            for man kvkeep"
        })
public final class ManCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    /** Made by picocli. */
    public ManCommand() {}

    @Override
    public Integer call() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("picocli sets the command before it is called");
        }
        PrintWriter out = own.commandLine().getOut();
        out.print(ManPage.of(own.root(), String.join(" ", own.root().version())));
        out.flush();
        return 0;
    }
}
