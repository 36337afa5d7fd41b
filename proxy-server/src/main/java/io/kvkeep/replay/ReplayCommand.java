package io.kvkeep.replay;

import io.kvkeep.config.ProfileFiles;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineProbe;
import io.kvkeep.engine.EngineProbe.Looked;
import io.kvkeep.profile.Profiles;
import io.kvkeep.recording.RecordedRequest;
import io.kvkeep.recording.RecordingReader;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** Says what each policy would have saved of a recording. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Plays a recording through kvkeep under several policies, and prints for each agent how many tokens an engine"
                    + " would have had to read under each.",
            "The engine is a model of one, so nothing is needed and nothing is sent; with --engine a real one reads every"
                    + " prompt, once for each policy."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:shown", "1:the file can't be read, or the engine does not answer", "2:wrong usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep replay monday.jsonl.gz",
            "  kvkeep replay monday.jsonl.gz --model-of-engine hybrid",
            "  kvkeep replay monday.jsonl.gz --policy as-it-came --policy auto+stable-changes:note",
            "  kvkeep replay monday.jsonl.gz --engine http://127.0.0.1:8080 --json"
        })
public final class ReplayCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A recording that kvkeep record has written.")
    private Path file = Path.of("");

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description = "as-it-came, or one or more of auto, first-user, end-of-system, off, stable-changes:note,"
                    + " deliver:next-user, memory:left-out joined by +; may be given again. By default as-it-came,"
                    + " end-of-system, auto and stable-changes:note.")
    private @Nullable List<String> policies;

    @Option(
            names = "--model-of-engine",
            paramLabel = "NAME",
            description =
                    "radix (default): all that was ever read is there. hybrid: one slot of llama.cpp with a model that"
                            + " goes on at few checkpoints only.")
    private @Nullable String modelOfEngine;

    @Option(names = "--engine", paramLabel = "URL", description = "A real engine that reads every prompt.")
    private @Nullable String engine;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The real engine's model; the recorded name by default.")
    private @Nullable String model;

    @Option(
            names = "--key-variable",
            paramLabel = "NAME",
            description = "The variable that holds the real engine's key.")
    private @Nullable String keyVariable;

    @Option(names = "--profiles", paramLabel = "DIR", description = "Profiles of your own.")
    private @Nullable Path profiles;

    @Option(names = "--json", description = "Writes the table as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Replay replay = new Replay(engine != null);
        try {
            prepare(replay, ProfileFiles.with(Optional.ofNullable(profiles)));
            boolean cutOff = play(replay);
            if (cutOff) {
                line().getErr().println("kvkeep: " + file + " was cut off; it was played as far as it goes");
            }
        } catch (EngineRefused | YamlNotValid e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            return failed("there is no directory of profiles " + e.getMessage()); // the recording is GivenFile's
        } catch (IOException e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line(), String.valueOf(e.getMessage()), e);
        }
        if (replay.byAgent().isEmpty()) {
            return failed(file + " holds no prompt that an engine answered");
        }
        PrintWriter out = line().getOut();
        ReplayTable table = new ReplayTable(replay, engine != null);
        if (json) {
            out.println(table.json());
        } else {
            table.print(out);
        }
        out.flush();
        return 0;
    }

    private int failed(String message) {
        line().getErr().println("kvkeep: " + message);
        return 1;
    }

    private void prepare(Replay replay, Profiles known) throws EngineRefused {
        List<ReplayPolicy> asked = new ArrayList<>();
        for (String name : policies == null ? ReplayPolicy.USUAL : policies) {
            asked.add(ReplayPolicy.of(name));
        }
        if (engine == null) {
            EngineModel.Kind kind = modelOfEngine == null
                    ? EngineModel.Kind.RADIX
                    : EngineModel.Kind.of(modelOfEngine)
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "--model-of-engine is " + modelOfEngine + "; radix or hybrid"));
            asked.forEach(policy -> replay.add(policy, kind, known));
            return;
        }
        if (modelOfEngine != null) {
            throw new IllegalArgumentException("--engine is a real one; leave --model-of-engine out");
        }
        EngineAddress address = EngineAddress.parse(engine);
        Looked looked = new EngineProbe()
                .look(address)
                .orElseThrow(() -> new EngineRefused("no engine answers at " + address.url()
                        + ". Start it, or leave --engine out: then a model of an engine reads the prompts"));
        String now = Long.toHexString(System.currentTimeMillis());
        for (int i = 0; i < asked.size(); i++) {
            replay.add(
                    asked.get(i),
                    looked.engine().capabilities(),
                    known,
                    new LiveEngine(address, now + "-" + i, Optional.ofNullable(model), key()));
        }
    }

    private Optional<String> key() {
        if (keyVariable == null) {
            return Optional.empty();
        }
        return Optional.of(Optional.ofNullable(System.getenv(keyVariable))
                .orElseThrow(() -> new IllegalArgumentException("there is no variable " + keyVariable)));
    }

    private boolean play(Replay replay) throws IOException, EngineRefused {
        Progress progress =
                new Progress(line().getErr(), line().getColorScheme().ansi().enabled());
        try (RecordingReader reader = RecordingReader.open(file)) {
            long played = 0;
            Optional<RecordedRequest> request = reader.next();
            while (request.isPresent()) {
                replay.play(request.get());
                progress.done(++played);
                request = reader.next();
            }
            return reader.isCutOff();
        } finally {
            progress.end();
        }
    }

    private CommandLine line() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("picocli sets the command before it is called");
        }
        return own.commandLine();
    }
}
