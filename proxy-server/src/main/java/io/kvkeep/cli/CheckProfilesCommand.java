package io.kvkeep.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.kvkeep.config.DataDir;
import io.kvkeep.config.ProfileFiles;
import io.kvkeep.config.ProfileFiles.Checked;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what is wrong in profile files. */
@Command(
        name = "check-profiles",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Reads profile files as serve would, and says for each mistake the file, the line, what stands"
                + " there and what is allowed.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all files are good", "1:something is wrong in them", "2:wrong usage, or no such file"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep check-profiles                    the files that serve reads without --profiles",
            "  kvkeep check-profiles profiles/ my.yaml  these",
            "  kvkeep check-profiles --schema           the JSON schema, for editors"
        })
final class CheckProfilesCommand implements Callable<Integer> {
    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "FILE|DIR",
            arity = "0..*",
            description = "Profile files, or directories with files that end in .yaml or .yml.")
    private @Nullable List<Path> paths;

    @Option(names = "--json", description = "Writes what was found as JSON.")
    private boolean json;

    @Option(names = "--schema", description = "Prints the JSON schema of profile files and checks nothing.")
    private boolean schema;

    @Override
    public Integer call() {
        PrintWriter out = command().commandLine().getOut();
        if (schema) {
            out.print(ProfileFiles.schema());
            out.flush();
            return 0;
        }
        List<Checked> files = check();
        if (json) {
            out.println(asJson(files));
        } else {
            files.forEach(file -> print(out, file));
            if (files.isEmpty()) {
                out.println("no profile files in " + usual());
            }
        }
        out.flush();
        return files.stream().allMatch(file -> file.problems().isEmpty()) ? 0 : 1;
    }

    private List<Checked> check() {
        List<Path> asked = paths == null ? List.of() : paths;
        try {
            if (asked.isEmpty()) {
                return Files.isDirectory(usual()) ? ProfileFiles.check(List.of(usual())) : List.of();
            }
            return ProfileFiles.check(asked);
        } catch (NoSuchFileException e) {
            throw wrong("there is no " + e.getMessage());
        } catch (IOException e) {
            throw wrong("a profile file can't be read: " + e.getMessage());
        }
    }

    private static Path usual() {
        return DataDir.usual().resolve("profiles");
    }

    private CommandSpec command() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("picocli sets the command before it is called");
        }
        return own;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command().commandLine(), message);
    }

    private static void print(PrintWriter out, Checked file) {
        if (file.problems().isEmpty()) {
            out.println(file.file() + ": good; agent " + file.profile().agent() + ", rules "
                    + file.profile().rules().sources().size()
                    + (file.extending() ? ", on top of the built-in profile" : ""));
        }
        file.problems().forEach(problem -> out.println(problem.getMessage()));
    }

    private static String asJson(List<Checked> files) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Checked file : files) {
            List<Map<String, Object>> problems = new ArrayList<>();
            for (YamlNotValid problem : file.problems()) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("line", problem.line());
                row.put("problem", problem.problem());
                problems.add(row);
            }
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("file", file.file());
            row.put("agent", file.profile().agent());
            row.put("extendsBuiltIn", file.extending());
            row.put("rules", file.profile().rules().sources().size());
            row.put("problems", problems);
            rows.add(row);
        }
        try {
            return JSON.writeValueAsString(Map.of("files", rows));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of texts and numbers can't be written", e);
        }
    }
}
