package io.kvkeep.e2e;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plays the sessions of these tests against any engine, directly and through kvkeep, and prints what was cached. */
@Command(name = "PlaySessions", mixinStandardHelpOptions = true, description = "Plays sessions against an engine.")
final class PlaySessions implements Callable<Integer> {
    @Option(names = "--engine", required = true, description = "The engine's address, such as http://127.0.0.1:11434")
    private URI engine = URI.create("");

    @Option(
            names = "--through",
            description = "A proxy in front of the engine that runs already; without it, kvkeep is started for the run")
    private @Nullable URI through;

    @Option(names = "--jar", description = "The kvkeep that is started (${DEFAULT-VALUE})")
    private Path jar = Path.of("proxy-server/target/kvkeep.jar");

    @Option(names = "--model", description = "The model's name (${DEFAULT-VALUE})")
    private String model = "tiny";

    @Option(
            names = "--tokens",
            description = "The length of the prompts, in tokens of the tiny models (${DEFAULT-VALUE})")
    private int tokens = 6_000;

    @Option(
            names = "--forcing",
            description = "How the engine is made to say something: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
    private Forcing forcing = Forcing.NONE;

    @Option(names = "--only-direct", description = "Leave the runs through kvkeep out")
    private boolean onlyDirect;

    @Option(
            names = "--calm",
            description = "Nothing in the system text changes: what can be reused at best, without any proxy")
    private boolean calm;

    /** See {@code --help}. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new PlaySessions())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() {
        SessionRun direct = session(engine, "direct");
        if (onlyDirect) {
            System.out.println(RunTable.one(engine + " direct", direct));
            System.out.println(RunTable.interleaved("direct", interleaved(engine, "direct, interleaved")));
            return 0;
        }
        InterleavedRun interleavedDirect = interleaved(engine, "direct, interleaved");
        if (through != null) {
            throughKvkeep(through, direct, interleavedDirect);
            return 0;
        }
        try (KvkeepServer kvkeep = KvkeepServer.start(jar, engine)) {
            throughKvkeep(kvkeep.uri(), direct, interleavedDirect);
        }
        return 0;
    }

    private void throughKvkeep(URI kvkeep, SessionRun direct, InterleavedRun interleavedDirect) {
        System.out.println(RunTable.two(engine.toString(), direct, session(kvkeep, "through kvkeep")));
        System.out.println(RunTable.interleaved("direct", interleavedDirect));
        System.out.println(RunTable.interleaved("through kvkeep", interleaved(kvkeep, "through kvkeep, interleaved")));
    }

    private SessionRun session(URI server, String label) {
        Script script = Script.ofTokens(tokens).labelled(label);
        return SessionRun.play(new LiveSession(calm ? script.withoutChanges() : script, model, forcing, 1), server);
    }

    private InterleavedRun interleaved(URI server, String label) {
        return InterleavedRun.play(Script.calm(5).labelled(label), model, forcing, server);
    }
}
