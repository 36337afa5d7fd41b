package io.kvkeep.cli;

import io.kvkeep.config.ConfigReader;
import io.kvkeep.config.Effective;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what is wrong in a configuration. */
@Command(
        name = "check-config",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Reads the configuration file and the variables of the environment as serve would, and says for each"
                        + " mistake the file and the line or the variable, what stands there and what is allowed.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all is good", "1:something is wrong", "2:wrong usage, or no such file"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep check-config kvkeep.yaml          this file, and the environment",
            "  kvkeep check-config                      the file that KVKEEP_CONFIG names, and the environment",
            "  kvkeep check-config --json kvkeep.yaml   for programs"
        })
final class CheckConfigCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "A configuration file.")
    private @Nullable Path file;

    @Option(names = "--json", description = "Writes what was found as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("picocli sets the command before it is called");
        }
        CommandLine line = own.commandLine();
        Map<String, String> environment = System.getenv();
        Optional<Path> asked = file == null ? ConfigReader.usualFile(environment) : Optional.of(file);
        Effective effective = ConfigOptions.read(line, asked, environment, Map.of());
        PrintWriter out = line.getOut();
        if (json) {
            out.println(ConfigJson.problems(effective));
        } else {
            effective.problems().forEach(out::println);
            if (effective.problems().isEmpty()) {
                out.println(
                        asked.map(path -> path + ": good").orElse("no configuration file; the environment is good"));
            }
            Unread.say(line.getErr(), effective);
        }
        out.flush();
        return effective.problems().isEmpty() ? 0 : 1;
    }
}
