package io.kvkeep.cli;

import io.kvkeep.config.Config;
import io.kvkeep.config.ConfigReader;
import io.kvkeep.config.ListenAddress;
import io.kvkeep.config.Mode;
import io.kvkeep.engine.Discovery;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.engine.EngineProbe;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the proxy until it is told to stop. */
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
final class ServeCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--engine",
            paramLabel = "URL",
            description = "The engine, such as http://127.0.0.1:11434. Without it, the usual ports are tried.")
    private @Nullable String engine;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where agents connect; 127.0.0.1:11435 by default.")
    private @Nullable String listen;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description = "Where /healthz, /metrics, /status and /api/turns are; 127.0.0.1:11436 by default.")
    private @Nullable String admin;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where this deployment's secret and the ledger are kept, readable by their owner alone;"
                    + " ~/.local/share/kvkeep by default.")
    private @Nullable Path dataDir;

    @Option(
            names = "--profiles",
            paramLabel = "DIR",
            description = "Where profiles of your own are; the directory profiles in the data directory by default.")
    private @Nullable Path profiles;

    @Option(names = "--config", paramLabel = "FILE", description = "A YAML file with all settings; flags win over it.")
    private @Nullable Path configFile;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description =
                    "rewrite (default): keep the cache warm. observe: change nothing, count. off: bytes pass unread.")
    private @Nullable String mode;

    @Option(
            names = "--placement",
            paramLabel = "WHERE",
            description =
                    "Where volatile sections go: first-user (default): notes in the conversation, the first in the first user"
                            + " message; end-of-system; off: they stay.")
    private @Nullable String placement;

    @Option(
            names = "--event-loops",
            paramLabel = "N",
            description = "Threads that carry connections; by default as many as cores, 2 to 4.")
    private @Nullable Integer eventLoops;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = command().commandLine().getOut();
        PrintWriter err = command().commandLine().getErr();
        Config config = config();
        EngineAddress address =
                config.engine().isPresent() ? address(config.engine().get()) : find(out);
        Kvkeep kvkeep;
        try {
            kvkeep = Kvkeep.start(config, address);
        } catch (IOException e) {
            err.println("kvkeep: " + e.getMessage());
            return 1;
        }
        greet(out, config, kvkeep);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                err.println("kvkeep: stopping; running answers may take "
                        + config.limits().drainTimeout().toSeconds() + " s more");
                kvkeep.close();
            } finally {
                // To be told to stop is no failure; without this the virtual machine would exit with 143.
                Runtime.getRuntime().halt(0);
            }
        }));
        new CountDownLatch(1).await();
        return 0;
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

    private Config config() {
        try {
            Config base = configFile == null ? Config.defaults() : ConfigReader.read(configFile, Config.defaults());
            return withFlags(base);
        } catch (YamlNotValid e) {
            throw wrong(String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            throw wrong("there is no configuration file " + e.getMessage());
        } catch (IOException e) {
            throw wrong("the configuration file can't be read: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private Config withFlags(Config base) {
        Policy policy = placement == null
                ? base.policy()
                : base.policy()
                        .withPlacement(Placement.of(placement)
                                .orElseThrow(() -> wrong(
                                        "no placement " + placement + "; auto, first-user, end-of-system or off")));
        return new Config(
                engine == null ? base.engine() : Optional.of(engine),
                listen == null ? base.listen() : ListenAddress.parse(listen),
                admin == null ? base.admin() : ListenAddress.parse(admin),
                dataDir == null ? base.dataDir() : dataDir,
                mode == null
                        ? base.mode()
                        : Mode.of(mode).orElseThrow(() -> wrong("no mode " + mode + "; off, observe or rewrite")),
                policy,
                base.ledger(),
                base.limits(),
                base.repeats(),
                base.showsText(),
                eventLoops == null ? base.eventLoops() : eventLoops,
                profiles == null ? base.profiles() : Optional.of(profiles));
    }

    private EngineAddress address(String url) {
        try {
            return EngineAddress.parse(url);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
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
