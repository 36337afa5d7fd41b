package io.kvkeep.cli;

import io.kvkeep.config.Config;
import io.kvkeep.config.Effective;
import io.kvkeep.engine.Discovery;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.engine.EngineProbe;
import io.kvkeep.recording.RecordOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the proxy until it is told to stop; {@link RecordCommand} does the same and writes down what passes. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Runs the proxy between agents and an engine.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep serve                                  finds the engine by itself",
            "  kvkeep serve --engine http://127.0.0.1:8080   in front of this llama.cpp",
            "  kvkeep serve --mode observe                   changes nothing, only counts"
        })
class ServeCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    final ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = command().commandLine().getOut();
        PrintWriter err = command().commandLine().getErr();
        begin();
        Effective effective = options.readGood(command().commandLine());
        Unread.say(err, effective);
        Config config = effective.config();
        EngineAddress address = config.engine().map(EngineAddress::parse).orElseGet(() -> find(out));
        Kvkeep kvkeep;
        try {
            kvkeep = Kvkeep.start(config, address, recording());
            kvkeep.follow(options.source());
        } catch (IOException e) {
            err.println("kvkeep: " + FileProblem.of(e));
            return 1;
        }
        greet(out, config, kvkeep);
        begun(out);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                err.println("kvkeep: stopping; running answers may take "
                        + kvkeep.config().limits().drainTimeout().toSeconds() + " s more");
                kvkeep.close();
                ended(err, kvkeep);
            } finally {
                // To be told to stop is no failure; without this the virtual machine would exit with 143.
                Runtime.getRuntime().halt(0);
            }
        }));
        new CountDownLatch(1).await();
        return 0;
    }

    /** Does what comes before anything is read. */
    void begin() {}

    /** Returns what is to be recorded; nothing, usually. */
    Optional<RecordOptions> recording() {
        return Optional.empty();
    }

    /** Says more once requests are served. */
    void begun(PrintWriter out) {}

    /** Says what is left to say when all has ended. */
    void ended(PrintWriter err, Kvkeep kvkeep) {}

    private CommandSpec command() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("picocli sets the command before it is called");
        }
        return own;
    }

    final ParameterException wrong(String message) {
        return new ParameterException(command().commandLine(), message);
    }

    private EngineAddress find(PrintWriter out) {
        out.println("Looking for an engine on " + usualPorts() + " ...");
        out.flush();
        List<Engine> found = new Discovery(new EngineProbe()).find();
        if (found.isEmpty()) {
            throw wrong("no engine found on " + usualPorts() + " of this machine. Start one, or say where it is:"
                    + " kvkeep serve --engine http://HOST:PORT. To see kvkeep work without one: kvkeep demo");
        }
        for (Engine other : found.subList(1, found.size())) {
            out.println("Also found: " + other.kind().id() + " at "
                    + other.address().url() + "; to use it: --engine "
                    + other.address().url());
        }
        return found.get(0).address();
    }

    private static String usualPorts() {
        List<String> ports = new ArrayList<>();
        Stream.of(EngineKind.values())
                .filter(kind -> kind.usualPort() > 0)
                .forEach(kind -> ports.add(kind.usualPort() + " (" + kind.id() + ")"));
        return String.join(", ", ports);
    }

    private static void greet(PrintWriter out, Config config, Kvkeep kvkeep) {
        Engine engine = kvkeep.engine().engine();
        out.println();
        out.println("  Base URL for agents   http://" + kvkeep.address().forClients() + "/v1");
        out.println("  Engine                " + engineLine(kvkeep, engine));
        out.println("  Live page             http://" + kvkeep.adminAddress().forClients() + "/");
        out.println("  Metrics               http://" + kvkeep.adminAddress().forClients() + "/metrics");
        out.println("  Mode                  " + modeLine(config));
        out.println();
        out.flush();
    }

    private static String engineLine(Kvkeep kvkeep, Engine engine) {
        String url = engine.address().url();
        if (!kvkeep.engine().isUp()) {
            return url + ", which does not answer yet; requests are tried all the same";
        }
        List<String> models = kvkeep.engine().models();
        String list =
                models.isEmpty() ? "" : ", models: " + String.join(", ", models.subList(0, Math.min(5, models.size())));
        return engine.kind().id() + " at " + url + list;
    }

    private static String modeLine(Config config) {
        return switch (config.mode()) {
            case OFF -> "off: bytes pass unread";
            case OBSERVE -> "observe: prompts pass as they come, reuse is counted";
            case REWRITE ->
                "rewrite: "
                        + switch (config.policy().placement()) {
                            case FIRST_USER -> "what was sent goes out again as it was; what changes is said in notes";
                            case END_OF_SYSTEM -> "volatile sections move to the end of the system text";
                            case OFF -> "volatile sections stay where they are";
                        };
        };
    }
}
