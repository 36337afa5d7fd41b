package io.kvkeep.bench.report;

import io.kvkeep.bench.compare.Cell;
import io.kvkeep.bench.compare.Comparison;
import io.kvkeep.bench.compare.Measurement;
import io.kvkeep.bench.compare.Peers;
import io.kvkeep.bench.load.LoadResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Reads the measurements of one comparison: differences and ratios within a round, and their spread over rounds. */
final class Figures {
    static final String REFERENCE = "nginx";

    private final List<Measurement> measurements;

    Figures(List<Measurement> measurements) {
        this.measurements = List.copyOf(measurements);
    }

    Spread absolute(Cell cell, String peer, ToDoubleFunction<LoadResult> figure) {
        return Spread.of(byRound(cell, peer, figure).values());
    }

    /** What the peer costs on top of the direct way. */
    Spread added(Cell cell, String peer, ToDoubleFunction<LoadResult> figure) {
        return Spread.of(addedByRound(cell, peer, figure).values());
    }

    /** The peer's added cost as a multiple of the reference's; rounds in which that added nothing do not count. */
    double addedRatio(Cell cell, String peer, ToDoubleFunction<LoadResult> figure) {
        Map<Integer, Double> reference = addedByRound(cell, REFERENCE, figure);
        return ratio(addedByRound(cell, peer, figure), reference);
    }

    double ratioTo(Cell cell, String peer, String other, ToDoubleFunction<LoadResult> figure) {
        return ratio(byRound(cell, peer, figure), byRound(cell, other, figure));
    }

    /** Processor time per request over all rounds together, since one round has few clock ticks. */
    double cpuMicrosPerRequest(Cell cell, String peer) {
        List<Measurement> all = of(cell, peer);
        long requests = all.stream().mapToLong(each -> each.load().sent()).sum();
        long millis = all.stream().mapToLong(Measurement::cpuMillis).sum();
        return requests == 0 ? Double.NaN : millis * 1000.0 / requests;
    }

    private static double ratio(Map<Integer, Double> values, Map<Integer, Double> reference) {
        List<Double> ratios = new ArrayList<>();
        values.forEach((round, value) -> {
            double base = reference.getOrDefault(round, 0.0);
            if (base > 0) {
                ratios.add(value / base);
            }
        });
        return Spread.of(ratios).median();
    }

    private Map<Integer, Double> addedByRound(Cell cell, String peer, ToDoubleFunction<LoadResult> figure) {
        Map<Integer, Double> direct = byRound(cell, Comparison.DIRECT, figure);
        Map<Integer, Double> added = new TreeMap<>();
        byRound(cell, peer, figure)
                .forEach((round, value) -> added.put(round, value - direct.getOrDefault(round, Double.NaN)));
        return added;
    }

    private Map<Integer, Double> byRound(Cell cell, String peer, ToDoubleFunction<LoadResult> figure) {
        return of(cell, peer).stream()
                .collect(Collectors.toMap(
                        Measurement::round, each -> figure.applyAsDouble(each.load()), (first, again) -> again));
    }

    private List<Measurement> of(Cell cell, String peer) {
        return measurements.stream()
                .filter(each -> each.cell().equals(cell) && each.peer().equals(peer))
                .toList();
    }

    List<Measurement> of(String peer) {
        return measurements.stream().filter(each -> each.peer().equals(peer)).toList();
    }

    Collection<Cell> cells() {
        return measurements.stream().map(Measurement::cell).distinct().toList();
    }

    List<String> peers() {
        return measurements.stream()
                .map(Measurement::peer)
                .distinct()
                .sorted((a, b) -> Integer.compare(rank(a), rank(b)))
                .toList();
    }

    private static int rank(String peer) {
        return Peers.NAMES.indexOf(peer); // -1, and so first, for the direct way
    }
}
