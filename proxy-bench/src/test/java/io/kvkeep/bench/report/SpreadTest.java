package io.kvkeep.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SpreadTest {
    @Test
    void anOddCountHasAMiddle() {
        assertThat(Spread.of(List.of(9.0, -1.0, 4.0))).isEqualTo(new Spread(4, -1, 9));
    }

    @Test
    void anEvenCountTakesTheMeanOfTheMiddleTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(new Spread(3, 1, 100));
    }

    @Test
    void roundsWithoutAFigureDoNotCount() {
        assertThat(Spread.of(List.of(Double.NaN, 5.0, Double.POSITIVE_INFINITY)))
                .isEqualTo(new Spread(5, 5, 5));
    }

    @Test
    void nothingMeasuredIsNotZero() {
        assertThat(Spread.of(List.of()).median()).isNaN();
    }
}
