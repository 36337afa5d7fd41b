package io.kvkeep.bench;

import io.kvkeep.bench.compare.Comparison;
import io.kvkeep.bench.compare.Machine;
import io.kvkeep.bench.compare.Peers;
import io.kvkeep.bench.compare.Plan;
import io.kvkeep.bench.compare.Stage;
import io.kvkeep.bench.report.Preface;
import io.kvkeep.bench.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what kvkeep adds, next to plain reverse proxies under the same load in the same minutes. */
@Command(
        name = "compare",
        header = "Measures what kvkeep adds to a request, next to nginx and HAProxy under the same load.",
        description = {
            "",
            "Tables go to standard output, progress to standard error. Needs Linux; everything stays on 127.0.0.1.",
            "Exit status: 0; 1 where an answer was wrong or a peer did not start; 2 for a wrong option.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CompareCommand implements Callable<Integer> {
    @Option(
            names = "--quick",
            description = "seven cells, five rounds of 1 s: some 15 minutes, most of them warm-up (the default)")
    private boolean quick;

    @Option(names = "--full", description = "all cells, nine rounds of 3 s: some 40 minutes")
    private boolean full;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PEER",
            description = "peers: nginx, haproxy, kvkeep-off, kvkeep-rewrite")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--cells",
            split = ",",
            paramLabel = "CELL",
            description =
                    "cells: json-2k, json-120k, json-1m, turns-120k, turns-1m, many-2k, many-120k, sse-2k, sse-120k")
    private List<String> cells = new ArrayList<>();

    @Option(names = "--rounds", paramLabel = "N", description = "rounds instead of those of the plan")
    private int rounds;

    @Option(names = "--limit", paramLabel = "MINUTES", description = "begin no round that would end later")
    private int limitMinutes;

    @Option(names = "--out", paramLabel = "FILE", description = "write the tables there as well")
    private @Nullable Path out;

    @Option(names = "--kvkeep-jar", paramLabel = "FILE", description = "default: ${DEFAULT-VALUE}")
    private Path kvkeepJar = Path.of("proxy-server", "target", "kvkeep.jar");

    @Option(
            names = "--kvkeep-java",
            paramLabel = "COMMAND",
            description = "java and its options, by space, that run kvkeep; default: the java of this program")
    private String kvkeepJava = Stage.java();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Plan plan = checked();
        Machine machine = Machine.here();
        Preface preface = new Preface(machine, plan, command());
        TimeLimit.exitAfter(plan.limit().plus(Duration.ofMinutes(3)));
        try (Stage stage = Stage.open(machine, Bench.class)) {
            int enginePort = stage.startEngine();
            Peers peers = new Peers(stage.folder(), enginePort, kvkeepJar, List.of(kvkeepJava.split(" +")));
            peers.find(only.isEmpty() ? Peers.NAMES : only);
            peers.missing().forEach((name, reason) -> System.err.println(name + " left out: " + reason));
            Comparison comparison = new Comparison(stage, plan, enginePort, System.err);
            comparison.run(peers.found());
            show(preface.text(peers, comparison) + Report.of(comparison.measurements(), comparison.starts()));
            return comparison.sound(peers.found()) ? 0 : 1;
        }
    }

    private Plan checked() {
        try {
            if (quick && full) {
                throw new IllegalArgumentException("--quick and --full exclude each other");
            }
            for (String name : only) {
                Peers.requireKnown(name);
            }
            Plan plan = full ? Plan.full() : Plan.quick();
            plan = cells.isEmpty() ? plan : plan.cells(cells);
            plan = rounds == 0 ? plan : plan.rounds(rounds);
            return limitMinutes == 0 ? plan : plan.limit(Duration.ofMinutes(limitMinutes));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec().commandLine(), e.getMessage(), e);
        }
    }

    private String command() {
        return "java -jar proxy-bench/target/proxy-bench.jar "
                + String.join(
                        " ", spec().commandLine().getParent().getParseResult().originalArgs());
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("not run as a command");
        }
        return spec;
    }

    private void show(String report) throws IOException {
        System.out.print(report);
        if (out != null) {
            Files.writeString(out, report);
        }
    }
}
