package io.kvkeep.doctor;

import io.kvkeep.doctor.Finding.Grade;
import io.kvkeep.engine.Discovery;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineProbe;
import io.kvkeep.engine.EngineProbe.Looked;
import io.kvkeep.live.LiveKvkeep;
import io.kvkeep.live.NotLive;
import io.kvkeep.probe.EngineHttp;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
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
import picocli.CommandLine.Spec;

/** Says what makes prompts slow, and what to change. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at the engine, at the prompts that a running kvkeep has seen, and at the files of agents on this"
                    + " machine; says what is wrong, what it costs, and the flag or line to change.",
            "It changes nothing. Keys in files are not read out. At vLLM it may send one prompt twice, for a token each."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:nothing has to be changed", "1:there is a problem, or no engine answers", "2:wrong usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep doctor                                   the running kvkeep's engine, or one on a usual port",
            "  kvkeep doctor --engine http://127.0.0.1:8080    this engine",
            "  kvkeep doctor --json                            for programs"
        })
public final class DoctorCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--engine",
            paramLabel = "URL",
            description = "The engine; the running kvkeep's by default, or the first on a usual port.")
    private @Nullable String engine;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "The admin address of a running kvkeep; " + LiveKvkeep.USUAL_URL
                    + " is tried by default, and done without if nothing is there.")
    private @Nullable String admin;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Where the files of agents are; your home directory by default.")
    private @Nullable Path home;

    @Option(names = "--no-trial", description = "Sends no prompt to the engine.")
    private boolean noTrial;

    @Option(names = "--json", description = "Writes the findings as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = line().getOut();
        try {
            Optional<LiveKvkeep> live = live();
            EngineAddress address = address(live);
            Optional<Looked> looked = new EngineProbe().look(address);
            List<Finding> findings = looked.map(found -> Doctor.examine(seen(found, live)))
                    .orElseGet(() -> List.of(Finding.problem(
                            "engine",
                            address.url(),
                            "nothing answers HTTP at " + address.url(),
                            "every request fails",
                            "start the engine, or say where it is: kvkeep doctor --engine URL")));
            Report report = new Report(findings);
            if (json) {
                out.println(report.json(about(address, looked, live)));
            } else {
                report.print(out);
            }
            out.flush();
            return report.count(Grade.PROBLEM) == 0 ? 0 : 1;
        } catch (NotLive e) {
            line().getErr().println("kvkeep: " + e.getMessage());
            return 1;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Only a kvkeep that was asked for has to be there. */
    private Optional<LiveKvkeep> live() throws NotLive {
        try {
            return Optional.of(LiveKvkeep.ask(admin == null ? LiveKvkeep.USUAL_URL : admin));
        } catch (NotLive e) {
            if (admin != null) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private EngineAddress address(Optional<LiveKvkeep> live) throws NotLive {
        String url = engine == null
                ? live.map(LiveKvkeep::engineUrl)
                        .filter(told -> !told.isEmpty())
                        .orElse(null)
                : engine;
        if (url != null) {
            return EngineAddress.parse(url);
        }
        List<Engine> found = new Discovery(new EngineProbe()).find();
        if (found.isEmpty()) {
            throw new ParameterException(
                    line(),
                    "no kvkeep and no engine found on the usual ports of this machine. Say where the engine is:"
                            + " kvkeep doctor --engine http://HOST:PORT");
        }
        return found.get(0).address();
    }

    private Seen seen(Looked looked, Optional<LiveKvkeep> live) {
        Engine found = looked.engine();
        Optional<LiveKvkeep> inFront =
                live.filter(kvkeep -> kvkeep.engineUrl().equals(found.address().url()));
        // Agents go by the variable too; Java asks the system.
        String usual = System.getenv().getOrDefault("HOME", System.getProperty("user.home"));
        Path files = home == null ? Path.of(usual) : home;
        return new Seen(
                found,
                new EngineHttp(EngineHttp.client(), found.address().url()),
                looked.models(),
                inFront.map(kvkeep -> Traffic.of(kvkeep, found.name())).orElse(Traffic.NONE),
                new AgentFiles(files, System.getenv()).find(),
                inFront.map(kvkeep -> "http://" + kvkeep.listens()),
                !noTrial,
                Instant.now());
    }

    private static Map<String, Object> about(
            EngineAddress address, Optional<Looked> looked, Optional<LiveKvkeep> live) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("engine", address.url());
        looked.ifPresent(found -> {
            about.put("kind", found.engine().kind().id());
            about.put("models", found.models());
            about.put("facts", found.engine().facts().rows());
        });
        live.ifPresent(kvkeep -> about.put("kvkeep", kvkeep.url()));
        return about;
    }

    private CommandLine line() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("picocli sets the command before it is called");
        }
        return own.commandLine();
    }
}
