package io.kvkeep.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RangeTest {

    @Test
    void countsItsBytesAndMayBeEmpty() {
        assertThat(new Range(3, 8).length()).isEqualTo(5);
        assertThat(new Range(3, 3).length()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"-1,4", "4,3", "-2,-1"})
    void anEndBeforeTheStartAndAStartBeforeTheBodyAreRefused(int start, int end) {
        assertThatThrownBy(() -> new Range(start, end))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(start + " to " + end);
    }
}
