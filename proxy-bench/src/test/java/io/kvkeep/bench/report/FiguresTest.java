package io.kvkeep.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.bench.compare.Cell;
import io.kvkeep.bench.compare.Measurement;
import io.kvkeep.bench.load.LoadResult;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FiguresTest {
    private static final Cell CELL = Cell.ALL.get(0);

    @Test
    void theCostIsTheDifferenceWithinARoundEvenWhereTheMachineSlowsDown() {
        Figures figures = new Figures(Stream.of(round(1, 10, 60, 40), round(2, 100, 150, 130), round(3, 20, 72, 45))
                .flatMap(List::stream)
                .toList());

        assertThat(figures.added(CELL, "kvkeep-off", LoadResult::p50Micros)).isEqualTo(new Spread(30, 25, 30));
        assertThat(figures.addedRatio(CELL, "kvkeep-off", LoadResult::p50Micros))
                .isEqualTo(0.6);
    }

    @Test
    void processorTimeIsSharedByAllRequestsOfAllRounds() {
        Figures figures = new Figures(Stream.of(round(1, 10, 60, 40), round(2, 10, 60, 40))
                .flatMap(List::stream)
                .toList());

        assertThat(figures.cpuMicrosPerRequest(CELL, "nginx")).isEqualTo(50);
    }

    @Test
    void theDirectWayIsTheFirstRow() {
        Figures figures = new Figures(round(1, 10, 60, 40));

        assertThat(figures.peers()).containsExactly("direct", "nginx", "kvkeep-off");
    }

    @Test
    void aMissingReferenceLeavesTheRatioOut() {
        Figures figures = new Figures(List.of(measurement(1, "direct", 10), measurement(1, "kvkeep-off", 40)));

        assertThat(figures.addedRatio(CELL, "kvkeep-off", LoadResult::p50Micros))
                .isNaN();
        assertThat(Report.of(List.of(measurement(1, "direct", 10), measurement(1, "kvkeep-off", 40)), List.of()))
                .contains("| kvkeep-off | +30 (30..30) |");
    }

    private static List<Measurement> round(int round, double direct, double nginx, double kvkeep) {
        return List.of(
                measurement(round, "kvkeep-off", kvkeep),
                measurement(round, "nginx", nginx),
                measurement(round, "direct", direct));
    }

    private static Measurement measurement(int round, String peer, double p50) {
        return new Measurement(round, CELL, peer, new LoadResult(1000, 1000, 0, 0, 1, p50, p50, ""), 50, 10_240);
    }
}
