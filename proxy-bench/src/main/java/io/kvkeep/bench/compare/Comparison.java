package io.kvkeep.bench.compare;

import io.kvkeep.bench.load.LoadResult;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Measures all peers and the direct way side by side.
 *
 * <p>In each round every peer meets every cell once, one after the other: what the machine does meanwhile hits all of
 * them, and only differences within a round are reported.
 */
public final class Comparison {
    /** The name of the way without a proxy. */
    public static final String DIRECT = "direct";

    private static final int MOST_WARM_UPS = 8;
    /** Of the median before; above it nothing has become quicker. */
    private static final double STEADY = 0.97;

    private final Stage stage;
    private final Plan plan;
    private final PrintStream progress;
    private final int enginePort;
    private final Child load;
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private final List<Start> starts = new ArrayList<>();
    private final List<Measurement> measurements = new ArrayList<>();
    private final Map<String, String> failed = new LinkedHashMap<>();
    private long nextSerial = 1;

    /** Where load goes, and whose processes are watched; none for the direct way. */
    private record Target(int port, Optional<Child> child) {
        long cpuMillis() {
            return child.map(running -> running.tree().cpuMillis()).orElse(0L);
        }

        long residentKilobytes() {
            return child.map(running -> running.tree().residentKilobytes()).orElse(0L);
        }
    }

    /** Starts the load program. */
    public Comparison(Stage stage, Plan plan, int enginePort, PrintStream progress) throws IOException {
        this.stage = stage;
        this.plan = plan;
        this.enginePort = enginePort;
        this.progress = progress;
        load = stage.startLoad();
    }

    /** Measures these peers; what it sees can be read afterwards. */
    public void run(List<Peer> peers) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        targets.put(DIRECT, new Target(enginePort, Optional.empty()));
        for (int i = 1; i <= plan.starts(); i++) {
            for (Peer peer : peers) {
                if (!failed.containsKey(peer.name())) {
                    start(peer, i == plan.starts());
                }
            }
        }
        progress.println("warm-up");
        for (Target target : targets.values()) {
            for (Cell cell : Cell.WARM_UP) {
                warmUp(cell, target);
            }
        }
        for (int round = 1; round <= plan.rounds(); round++) {
            long roundBegin = System.nanoTime();
            round(round);
            Duration spent = Duration.ofNanos(System.nanoTime() - begin);
            Duration next = Duration.ofNanos(System.nanoTime() - roundBegin);
            progress.println("round " + round + " of " + plan.rounds() + " done after " + spent.toSeconds() + " s");
            if (round < plan.rounds() && spent.plus(next).compareTo(plan.limit()) > 0) {
                progress.println(
                        "no time for another round within " + plan.limit().toMinutes() + " min");
                return;
            }
        }
    }

    /** Every start of a peer. */
    public List<Start> starts() {
        return starts;
    }

    /** All measurements, round by round. */
    public List<Measurement> measurements() {
        return measurements;
    }

    /** Peers that did not start, with what they said. */
    public Map<String, String> failed() {
        return failed;
    }

    /** The number of the last complete round. */
    public int rounds() {
        return measurements.stream().mapToInt(Measurement::round).max().orElse(0);
    }

    /** Whether every peer started, every answer was right, and only those changed bodies that are meant to. */
    public boolean sound(List<Peer> peers) {
        List<String> rewriting =
                peers.stream().filter(Peer::rewrites).map(Peer::name).toList();
        return failed.isEmpty()
                && measurements.stream()
                        .allMatch(each -> each.load().errors() == 0
                                && (each.load().changed() == 0 || rewriting.contains(each.peer())));
    }

    private void start(Peer peer, boolean stays) throws InterruptedException {
        long begin = System.nanoTime();
        try {
            Child child = stage.start(peer);
            double millis = (System.nanoTime() - begin) / 1e6;
            starts.add(new Start(peer.name(), millis, child.tree().residentKilobytes()));
            progress.printf("%s ready after %.0f ms%n", peer.name(), millis);
            if (stays) {
                targets.put(peer.name(), new Target(peer.port(), Optional.of(child)));
            } else {
                stage.stop(child);
            }
        } catch (IOException e) {
            failed.put(peer.name(), e.getMessage());
            progress.println(peer.name() + ": " + e.getMessage());
        }
    }

    private void round(int round) throws IOException {
        List<String> names = new ArrayList<>(targets.keySet());
        for (Cell cell : plan.cells()) {
            // nobody always comes first, nor always behind the same other
            Collections.rotate(names, 1);
            for (String name : names) {
                measure(round, cell, name, Objects.requireNonNull(targets.get(name)));
            }
        }
    }

    private void measure(int round, Cell cell, String name, Target target) throws IOException {
        long cpuBefore = target.cpuMillis();
        LoadResult result = order(cell, target, plan.runMillis());
        long cpu = target.cpuMillis() - cpuBefore;
        measurements.add(new Measurement(round, cell, name, result, cpu, target.residentKilobytes()));
        if (result.errors() > 0) {
            progress.println(
                    name + ", " + cell.id() + ": " + result.errors() + " errors, first " + result.firstError());
        }
    }

    /** A virtual machine compiles for its first minutes; a peer that runs for days is measured behind them. */
    private void warmUp(Cell cell, Target target) throws IOException {
        double before = Double.MAX_VALUE;
        double now = order(cell, target, plan.warmUpMillis()).p50Micros();
        for (int more = 0; more < MOST_WARM_UPS && now < STEADY * before; more++) {
            before = now;
            now = order(cell, target, plan.warmUpMillis()).p50Micros();
        }
    }

    private LoadResult order(Cell cell, Target target, int millis) throws IOException {
        load.say(cell.order(target.port(), millis, nextSerial).line());
        LoadResult result = LoadResult.parse(load.hear());
        nextSerial += result.sent();
        return result;
    }
}
