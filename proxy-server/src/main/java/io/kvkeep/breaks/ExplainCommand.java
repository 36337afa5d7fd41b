package io.kvkeep.breaks;

import io.kvkeep.config.ProfileFiles;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.live.LiveKvkeep;
import io.kvkeep.live.NotLive;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.recording.GivenFile;
import io.kvkeep.recording.RecordedRequest;
import io.kvkeep.recording.RecordingReader;
import io.kvkeep.replay.ReplayPolicy;
import io.kvkeep.turns.Turn;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says where a prompt leaves what the engine holds, and why. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Says where a prompt leaves what the engine holds from earlier ones: as it came and as kvkeep sends it, the"
                    + " cause, the section or message, how much lies behind it, and what helps.",
            "Of files, which are yours, the lines that differ are shown. A running kvkeep tells names and lengths only."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:explained", "1:a file can't be read, holds no prompt, or no kvkeep answers", "2:wrong usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep explain before.json after.json     two request bodies, the second by the first",
            "  kvkeep explain monday.jsonl.gz 12         request 12 of a recording, by those before it",
            "  kvkeep explain --last                     the newest turn of the running kvkeep",
            "  kvkeep explain --lane 3 --json            all turns of one lane, for programs"
        })
public final class ExplainCommand implements Callable<Integer> {
    private static final long APART_MILLIS = 60_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..2",
            description =
                    "Two request bodies as JSON, or a recording and the number of a request; the last by default.")
    private List<String> given = List.of();

    @Option(
            names = "--path",
            paramLabel = "PATH",
            defaultValue = "/v1/chat/completions",
            description = "The path that the two bodies were sent to; ${DEFAULT-VALUE} by default.")
    private String path = "";

    @Option(
            names = "--user-agent",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "The agent's User-Agent, if its system text does not tell it.")
    private String userAgent = "";

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "How kvkeep sends files' prompts, as in replay; ${DEFAULT-VALUE} by default.")
    private String policy = "";

    @Option(names = "--profiles", paramLabel = "DIR", description = "Profiles of your own, for files.")
    private @Nullable Path profiles;

    @Option(names = "--lane", paramLabel = "ID", description = "The turns of this lane of a running kvkeep.")
    private @Nullable Long lane;

    @Option(names = "--last", description = "The newest turn of a running kvkeep.")
    private boolean last;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = LiveKvkeep.USUAL_URL,
            description = "The admin address of the running kvkeep; ${DEFAULT-VALUE} by default.")
    private String admin = "";

    @Option(names = "--json", description = "Writes the explanation as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        boolean live = last || lane != null;
        if (live == !given.isEmpty() || (last && lane != null)) {
            throw wrong("give two files, a recording and a number, --last, or --lane ID");
        }
        try {
            return live ? live() : files();
        } catch (NotLive e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            return failed("there is no directory of profiles " + e.getMessage()); // other files are GivenFile's
        } catch (IOException | YamlNotValid e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private int live() throws NotLive {
        LiveKvkeep kvkeep = LiveKvkeep.ask(admin);
        Long wanted = lane;
        List<Turn> turns = wanted == null
                ? kvkeep.turns()
                        .subList(
                                Math.max(0, kvkeep.turns().size() - 1),
                                kvkeep.turns().size())
                : kvkeep.turns().stream().filter(turn -> turn.lane() == wanted).toList();
        if (turns.isEmpty()) {
            return failed(
                    wanted == null
                            ? "the kvkeep at " + kvkeep.url() + " has seen no prompt yet"
                            : "the kvkeep at " + kvkeep.url() + " knows no turn of lane " + wanted + " among its last "
                                    + kvkeep.turns().size());
        }
        if (json) {
            out().println(BreakJson.turns(turns));
        } else {
            turns.forEach(new BreakText(out())::print);
        }
        out().flush();
        return 0;
    }

    private int files() throws IOException, YamlNotValid {
        FileExplainer explainer = new FileExplainer(
                ReplayPolicy.of(policy), Capabilities.UNKNOWN, ProfileFiles.with(Optional.ofNullable(profiles)));
        Path first = Path.of(given.get(0));
        return RecordingReader.mayBe(first) ? recorded(explainer, first) : pair(explainer, first);
    }

    private int pair(FileExplainer explainer, Path before) throws IOException {
        if (given.size() != 2) {
            throw wrong(before + " is no recording; give a second file with the request that came after it");
        }
        if (Dialect.of("POST", path).isEmpty()) {
            throw wrong("--path is " + path + ", where no prompt is sent to; /v1/chat/completions, /v1/responses,"
                    + " /v1/completions, /v1/messages, /api/chat or /api/generate");
        }
        Path after = Path.of(given.get(1));
        RecordedRequest earlier = body(1, before);
        RecordedRequest later = body(2, after);
        try {
            explainer.explain(earlier, AnswerBetween.of(path, earlier.body(), later.body()));
        } catch (PromptNotUnderstood e) {
            return notRead(before.toString(), e);
        }
        try {
            return print(explainer.explain(later));
        } catch (PromptNotUnderstood e) {
            return notRead(after.toString(), e);
        }
    }

    private RecordedRequest body(int number, Path file) throws IOException {
        Map<String, String> headers = userAgent.isEmpty() ? Map.of() : Map.of("user-agent", userAgent);
        return new RecordedRequest(
                number, number * APART_MILLIS, "", path, headers, GivenFile.read(file), Optional.empty());
    }

    private int recorded(FileExplainer explainer, Path file) throws IOException {
        long wanted = given.size() < 2 ? Long.MAX_VALUE : number(given.get(1));
        Explained found = null;
        try (RecordingReader reader = RecordingReader.open(file)) {
            for (Optional<RecordedRequest> next = reader.next();
                    next.isPresent() && next.get().id() <= wanted;
                    next = reader.next()) {
                try {
                    found = explainer.explain(next.get());
                } catch (PromptNotUnderstood e) {
                    if (next.get().id() == wanted) {
                        return notRead(file + ", request " + wanted, e);
                    }
                }
            }
        }
        if (found == null || (wanted != Long.MAX_VALUE && found.id() != wanted)) {
            return failed(file
                    + (wanted == Long.MAX_VALUE ? " holds no prompt" : " holds no request " + wanted)
                    + (found == null ? "" : "; its last is " + found.id()));
        }
        return print(found);
    }

    private long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw wrong("behind a recording stands the number of a request, not " + text);
        }
    }

    private int print(Explained found) {
        if (json) {
            out().println(BreakJson.request(found));
        } else {
            new BreakText(out()).print(found);
        }
        out().flush();
        return 0;
    }

    private int notRead(String what, PromptNotUnderstood e) {
        return failed(what + " holds no prompt that kvkeep reads: " + e.getMessage());
    }

    private int failed(String message) {
        line().getErr().println("kvkeep: " + message);
        return 1;
    }

    private PrintWriter out() {
        return line().getOut();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(line(), message);
    }

    private CommandLine line() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("picocli sets the command before it is called");
        }
        return own.commandLine();
    }
}
