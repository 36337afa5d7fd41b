package io.kvkeep.doctor;

import io.kvkeep.config.DataDir;
import io.kvkeep.doctor.Finding.Grade;
import io.kvkeep.engine.Discovery;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineProbe;
import io.kvkeep.engine.EngineProbe.Looked;
import io.kvkeep.live.LiveKvkeep;
import io.kvkeep.live.NotLive;
import io.kvkeep.probe.EngineHttp;
import io.kvkeep.setup.AgentFiles;
import io.kvkeep.traffic.RecordedTraffic;
import io.kvkeep.traffic.Traffic;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
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

/**
 * Says what makes prompts slow, and what to change.
 *
 * <p>Longer than most classes: one command, its options, and where it looks when they are not given.
 */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at the engine, at the prompts that a running kvkeep has seen or a recording holds, and at the files of"
                    + " agents on this machine; says what is wrong, what it costs, and the flag or line to change.",
            "It changes nothing. Keys in files are not read out. At vLLM it may send one prompt twice, for a token each."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing has to be changed",
            "1:there is a problem, no engine answers, or the recording can't be read",
            "2:wrong usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep doctor                                   the running kvkeep's engine, or one on a usual port",
            "  kvkeep doctor --engine http://127.0.0.1:8080    this engine",
            "  kvkeep doctor --recording monday.jsonl.gz       the prompts of a recording, and an engine if there is one",
            "  kvkeep doctor --json                            for programs"
        })
public final class DoctorCommand implements Callable<Integer> {
    private static final String NOTHING_FOUND =
            "kvkeep: no kvkeep and no engine found on the usual ports of this machine. Say where the engine is:"
                    + " kvkeep doctor --engine http://HOST:PORT";

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
            names = "--recording",
            paramLabel = "FILE",
            description = "Prompts that kvkeep record has written, in place of a running kvkeep's.")
    private @Nullable Path recording;

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
            Optional<Traffic> recorded = recorded();
            Optional<LiveKvkeep> live = recorded.isPresent() ? Optional.empty() : live();
            Optional<EngineAddress> address = address(live);
            if (address.isEmpty() && recorded.isEmpty()) {
                line().getErr().println(NOTHING_FOUND);
                return 1;
            }
            Optional<Looked> looked = address.flatMap(new EngineProbe()::look);
            Report report = new Report(findings(address, looked, live, recorded));
            if (json) {
                out.println(report.json(about(address, looked, live)));
            } else {
                report.print(out);
            }
            out.flush();
            return report.count(Grade.PROBLEM) == 0 ? 0 : 1;
        } catch (NotLive | IOException e) {
            line().getErr().println("kvkeep: " + e.getMessage());
            return 1;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line(), String.valueOf(e.getMessage()), e);
        }
    }

    private Optional<Traffic> recorded() throws IOException {
        if (recording == null) {
            return Optional.empty();
        }
        if (admin != null) {
            throw new ParameterException(line(), "--recording and --admin are two sources of prompts; give one");
        }
        return Optional.of(RecordedTraffic.read(recording));
    }

    private List<Finding> findings(
            Optional<EngineAddress> address,
            Optional<Looked> looked,
            Optional<LiveKvkeep> live,
            Optional<Traffic> recorded) {
        if (looked.isPresent()) {
            return Doctor.examine(seen(looked.get(), live, recorded));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(
                address.isPresent()
                        ? Finding.problem(
                                "engine",
                                address.get().url(),
                                "nothing answers HTTP at " + address.get().url(),
                                "every request fails",
                                "start the engine, or say where it is: kvkeep doctor --engine URL")
                        : Finding.note(
                                "engine",
                                "none",
                                "no engine was found on the usual ports of this machine",
                                "its context, template, slots and flags were not looked at",
                                "kvkeep doctor --recording " + recording + " --engine URL"));
        recorded.map(ChangesCheck::look).ifPresent(findings::addAll);
        return findings;
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

    /** A recording tells enough to go without an engine. */
    private Optional<EngineAddress> address(Optional<LiveKvkeep> live) {
        String url = engine == null
                ? live.map(LiveKvkeep::engineUrl)
                        .filter(told -> !told.isEmpty())
                        .orElse(null)
                : engine;
        if (url != null) {
            return Optional.of(EngineAddress.parse(url));
        }
        return new Discovery(new EngineProbe()).find().stream().findFirst().map(Engine::address);
    }

    private Seen seen(Looked looked, Optional<LiveKvkeep> live, Optional<Traffic> recorded) {
        Engine found = looked.engine();
        Optional<LiveKvkeep> inFront =
                live.filter(kvkeep -> kvkeep.engineUrl().equals(found.address().url()));
        Path files = home == null ? DataDir.home() : home;
        return new Seen(
                found,
                new EngineHttp(EngineHttp.client(), found.address().url()),
                looked.models(),
                recorded.or(() -> inFront.map(kvkeep -> Traffic.of(kvkeep, found.name())))
                        .orElse(Traffic.NONE),
                new AgentFiles(files, System.getenv()).find(),
                inFront.map(kvkeep -> "http://" + kvkeep.listens()),
                !noTrial,
                Instant.now());
    }

    private static Map<String, Object> about(
            Optional<EngineAddress> address, Optional<Looked> looked, Optional<LiveKvkeep> live) {
        Map<String, Object> about = new LinkedHashMap<>();
        address.ifPresent(one -> about.put("engine", one.url()));
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
