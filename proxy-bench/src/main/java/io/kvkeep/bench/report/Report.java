package io.kvkeep.bench.report;

import io.kvkeep.bench.compare.Cell;
import io.kvkeep.bench.compare.Comparison;
import io.kvkeep.bench.compare.Measurement;
import io.kvkeep.bench.compare.Start;
import io.kvkeep.bench.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;

/** Writes a comparison as Markdown tables: a row for each peer, a column for each cell. */
public final class Report {
    private final Figures figures;
    private final List<Start> starts;
    private final StringBuilder text = new StringBuilder();

    private Report(Figures figures, List<Start> starts) {
        this.figures = figures;
        this.starts = starts;
    }

    /** Writes all tables. */
    public static String of(List<Measurement> measurements, List<Start> starts) {
        return new Report(new Figures(measurements), starts).write();
    }

    private String write() {
        added("Added time of a request, p50 in us", Cell.Kind.LATENCY, LoadResult::p50Micros);
        added("Added time of a request, p99 in us", Cell.Kind.LATENCY, LoadResult::p99Micros);
        added("Added time of a turn, p50 in us", Cell.Kind.TURNS, LoadResult::p50Micros);
        added("Added time of a turn, p99 in us", Cell.Kind.TURNS, LoadResult::p99Micros);
        added("Added delay of a streamed chunk, p50 in us", Cell.Kind.STREAM, LoadResult::p50Micros);
        added("Added delay of a streamed chunk, p99 in us", Cell.Kind.STREAM, LoadResult::p99Micros);
        section("Requests per second", cells(Cell.Kind.THROUGHPUT), this::throughput);
        section("Processor time of the proxy per request, us", List.copyOf(figures.cells()), this::cpu);
        starts();
        checks();
        return text.toString();
    }

    private void added(String title, Cell.Kind kind, ToDoubleFunction<LoadResult> figure) {
        section(title, cells(kind), (cell, peer) -> {
            if (peer.equals(Comparison.DIRECT)) {
                return Format.number(figures.absolute(cell, peer, figure).median()) + " in all";
            }
            Spread added = figures.added(cell, peer, figure);
            return Format.signed(added.median())
                    + Format.range(added)
                    + Format.ratio(figures.addedRatio(cell, peer, figure));
        });
    }

    private String throughput(Cell cell, String peer) {
        ToDoubleFunction<LoadResult> figure = LoadResult::requestsPerSecond;
        Spread spread = figures.absolute(cell, peer, figure);
        return Format.number(spread.median())
                + Format.range(spread)
                + Format.ratio(figures.ratioTo(cell, peer, Figures.REFERENCE, figure));
    }

    private String cpu(Cell cell, String peer) {
        double micros = figures.cpuMicrosPerRequest(cell, peer);
        return peer.equals(Comparison.DIRECT)
                ? "-"
                : Format.number(micros) + Format.ratio(micros / figures.cpuMicrosPerRequest(cell, Figures.REFERENCE));
    }

    private void section(String title, List<Cell> cells, BiFunction<Cell, String, String> entry) {
        if (cells.isEmpty()) {
            return;
        }
        Table table = new Table(heading("peer", cells.stream().map(Cell::title).toList()));
        for (String peer : figures.peers()) {
            table.row(heading(
                    peer, cells.stream().map(cell -> entry.apply(cell, peer)).toList()));
        }
        add(title, table);
    }

    private void starts() {
        Table table = new Table(List.of("peer", "starts", "start in ms", "fresh MB", "most MB under load"));
        for (String peer : figures.peers()) {
            List<Start> own =
                    starts.stream().filter(start -> start.peer().equals(peer)).toList();
            if (!own.isEmpty()) {
                Spread millis = Spread.of(own.stream().map(Start::millis).toList());
                Spread fresh = Spread.of(own.stream()
                        .map(start -> start.residentKilobytes() / 1024.0)
                        .toList());
                double most = figures.of(peer).stream()
                        .mapToDouble(each -> each.residentKilobytes() / 1024.0)
                        .max()
                        .orElse(Double.NaN);
                table.row(List.of(
                        peer,
                        Integer.toString(own.size()),
                        Format.number(millis.median()) + Format.range(millis),
                        Format.number(fresh.median()),
                        Format.number(most)));
            }
        }
        add("Start and resident memory", table);
    }

    private void checks() {
        Table table = new Table(List.of("peer", "requests", "bodies changed", "errors"));
        for (String peer : figures.peers()) {
            List<LoadResult> loads =
                    figures.of(peer).stream().map(Measurement::load).toList();
            long measured = loads.stream().mapToLong(LoadResult::measured).sum();
            long changed = loads.stream().mapToLong(LoadResult::changed).sum();
            long errors = loads.stream().mapToLong(LoadResult::errors).sum();
            String share = measured == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * changed / measured);
            table.row(List.of(peer, Long.toString(measured), share, Long.toString(errors)));
        }
        add("Answers checked", table);
    }

    private void add(String title, Table table) {
        if (!table.isEmpty()) {
            text.append("\n### ").append(title).append("\n\n").append(table);
        }
    }

    private List<Cell> cells(Cell.Kind kind) {
        return figures.cells().stream().filter(cell -> cell.kind() == kind).toList();
    }

    private static List<String> heading(String first, List<String> rest) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }
}
