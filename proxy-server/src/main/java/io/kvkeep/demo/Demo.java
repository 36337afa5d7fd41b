package io.kvkeep.demo;

import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineProbe;
import io.kvkeep.simulation.Answer;
import io.kvkeep.simulation.Session;
import io.kvkeep.simulation.SimulatedEngine;
import io.kvkeep.simulation.Size;
import io.kvkeep.simulation.Turn;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Plays one session direct and through kvkeep, and shows both. */
public final class Demo {
    /** Enough to see the first token; nobody reads the answers. */
    private static final int REAL_MAX_TOKENS = 4;

    private final DemoOptions options;
    private final Proxy.Starter proxies;
    private final PrintWriter out;

    /** Prints there; starts proxies so. */
    public Demo(DemoOptions options, Proxy.Starter proxies, PrintWriter out) {
        this.options = options;
        this.proxies = proxies;
        this.out = out;
    }

    /**
     * Plays and shows.
     *
     * @throws DemoFailed with a message for the user
     */
    public void run() throws DemoFailed {
        Report report = new Report(out, new Style(options.colour()));
        if (options.engine().isPresent()) {
            EngineAddress engine = options.engine().get();
            EngineProbe.Found found = find(engine);
            String model = model(engine, found);
            report.realIntro(found.kind().id() + " at " + engine.url(), model);
            report.result(onRealEngine(engine, model), false);
        } else {
            report.simulatedIntro(options.prefillSpeed());
            report.result(onSimulatedEngines(), true);
        }
    }

    /** Plays on an engine of its own each time: neither run finds anything of the other. */
    Comparison onSimulatedEngines() throws DemoFailed {
        List<Turn> turns = Session.turns(SimulatedEngine.MODEL, "", size(), 0);
        List<Answer> script = turns.stream().map(Turn::answer).toList();
        List<Reading> direct;
        try (SimulatedEngine engine = start(script)) {
            direct = play("direct", engine.url(), turns);
        }
        List<Reading> proxied;
        try (SimulatedEngine engine = start(script);
                Proxy proxy = proxies.start(EngineAddress.parse(engine.url()))) {
            proxied = play("through kvkeep", proxy.url(), turns);
        }
        return new Comparison(turns, simulated(direct), simulated(proxied));
    }

    private static SimulatedEngine start(List<Answer> script) throws DemoFailed {
        try {
            return SimulatedEngine.start(script);
        } catch (IOException e) {
            throw new DemoFailed("the simulated engine can't listen on 127.0.0.1: " + e.getMessage(), e);
        }
    }

    private List<Reading> simulated(List<Reading> readings) {
        return readings.stream()
                .map(reading -> reading.at(options.prefillSpeed()))
                .toList();
    }

    private Comparison onRealEngine(EngineAddress engine, String model) throws DemoFailed {
        // The two runs differ from their first words on, and from all earlier demos: none finds the other's tokens.
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        String id = HexFormat.of().formatHex(random);
        List<Turn> turns = Session.turns(model, "(Conversation " + id + "-d.)", size(), REAL_MAX_TOKENS);
        List<Reading> direct = play("direct", engine.url(), turns);
        List<Turn> again = Session.turns(model, "(Conversation k-" + id + ".)", size(), REAL_MAX_TOKENS);
        try (Proxy proxy = proxies.start(engine)) {
            return new Comparison(turns, direct, play("through kvkeep", proxy.url(), again));
        }
    }

    private List<Reading> play(String how, String url, List<Turn> turns) throws DemoFailed {
        out.printf(Locale.ROOT, "  %-15s", how);
        out.flush();
        Player player = new Player(url);
        List<Reading> readings = new ArrayList<>();
        try {
            for (Turn turn : turns) {
                readings.add(player.play(turn));
                out.print('.');
                out.flush();
            }
        } finally {
            out.println();
        }
        return readings;
    }

    private Size size() {
        return options.small() ? Size.SMALL : Size.FULL;
    }

    private static EngineProbe.Found find(EngineAddress engine) throws DemoFailed {
        Optional<EngineProbe.Found> found = new EngineProbe().probe(engine);
        return found.orElseThrow(() -> new DemoFailed("no engine answers at " + engine.url()
                + "\nStart it, or give the address it listens on. Without --engine the demo simulates one."));
    }

    private String model(EngineAddress engine, EngineProbe.Found found) throws DemoFailed {
        if (options.model().isPresent()) {
            return options.model().get();
        }
        return found.models().stream()
                .findFirst()
                .orElseThrow(() -> new DemoFailed("the engine at " + engine.url()
                        + " names no model in /v1/models. Load one, or name it: --model NAME"));
    }
}
