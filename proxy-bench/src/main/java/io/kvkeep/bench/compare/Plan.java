package io.kvkeep.bench.compare;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param runMillis of one cell with one peer in one round
 * @param warmUpMillis of one warm-up load with one peer; it is repeated until the peer becomes no quicker by it
 * @param limit no new round begins that would end behind it
 */
public record Plan(List<Cell> cells, int rounds, int runMillis, int warmUpMillis, int starts, Duration limit) {
    private static final List<String> QUICK =
            List.of("json-2k", "json-120k", "json-1m", "turns-120k", "turns-1m", "many-2k", "sse-2k");

    /** Refuses a plan that measures nothing. */
    public Plan {
        cells = List.copyOf(cells);
        if (cells.isEmpty() || rounds < 1 || runMillis < 100 || starts < 1) {
            throw new IllegalArgumentException("nothing to measure: " + cells.size() + " cells, " + rounds + " rounds, "
                    + runMillis + " ms, " + starts + " starts");
        }
    }

    /** A few minutes. */
    public static Plan quick() {
        List<Cell> cells =
                Cell.ALL.stream().filter(cell -> QUICK.contains(cell.id())).toList();
        return new Plan(cells, 5, 1_000, 8_000, 3, Duration.ofMinutes(25));
    }

    /** Every cell, at leisure. */
    public static Plan full() {
        return new Plan(Cell.ALL, 9, 3_000, 8_000, 5, Duration.ofMinutes(60));
    }

    /** This plan with these cells alone. */
    public Plan cells(List<String> ids) {
        for (String id : ids) {
            if (Cell.ALL.stream().noneMatch(cell -> cell.id().equals(id))) {
                throw new IllegalArgumentException("no cell " + id + "; there are "
                        + Cell.ALL.stream().map(Cell::id).toList());
            }
        }
        List<Cell> chosen =
                Cell.ALL.stream().filter(cell -> ids.contains(cell.id())).toList();
        return new Plan(chosen, rounds, runMillis, warmUpMillis, starts, limit);
    }

    /** This plan with another number of rounds. */
    public Plan rounds(int count) {
        return new Plan(cells, count, runMillis, warmUpMillis, starts, limit);
    }

    /** This plan with another limit. */
    public Plan limit(Duration time) {
        return new Plan(cells, rounds, runMillis, warmUpMillis, starts, time);
    }
}
