package io.kvkeep.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A command that has run.
 *
 * @param status its exit status
 * @param out what it printed
 * @param err what it complained about
 */
public record CommandRun(int status, String out, String err) {
    /** Runs a command in this process. */
    public static CommandRun of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
        int status = command.execute(args);
        return new CommandRun(status, out.toString(), err.toString());
    }
}
