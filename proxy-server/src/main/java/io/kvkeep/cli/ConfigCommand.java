package io.kvkeep.cli;

import io.kvkeep.config.ConfigReader;
import io.kvkeep.config.Effective;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the configuration that holds, and where each value comes from. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Prints what serve would go by with the same file, environment and flags, as a configuration file"
                + " with the origin of each value.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:printed", "2:wrong usage, no such file, or something is wrong in the configuration"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep config                                   what holds without a file",
            "  kvkeep config --config kvkeep.yaml --mode off   with this file and this flag",
            "  kvkeep config > kvkeep.yaml                     a file to start from",
            "  kvkeep config --schema > kvkeep.schema.json     the JSON schema, for editors"
        })
final class ConfigCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--json", description = "Writes the same as JSON.")
    private boolean json;

    @Option(names = "--schema", description = "Prints the JSON schema of configuration files and reads nothing.")
    private boolean schema;

    @Override
    public Integer call() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("picocli sets the command before it is called");
        }
        CommandLine line = own.commandLine();
        PrintWriter out = line.getOut();
        if (schema) {
            out.print(ConfigReader.schema());
        } else {
            Effective effective = options.readGood(line);
            out.print(json ? ConfigJson.settings(effective) + "\n" : effective.yaml());
            if (!json) {
                Unread.say(line.getErr(), effective);
            }
        }
        out.flush();
        return 0;
    }
}
