package io.kvkeep.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {
    @Test
    void columnsArePaddedAndFiguresStandToTheRight() {
        Table table = new Table(List.of("peer", "2 KB"));
        table.row(List.of("direct", "16"));
        table.row(List.of("nginx", "+100 (98..103)"));

        assertThat(table).hasToString("""
                | peer   |           2 KB |
                |--------|---------------:|
                | direct |             16 |
                | nginx  | +100 (98..103) |
                """);
    }

    @Test
    void aBarInsideACellDoesNotEndIt() {
        Table table = new Table(List.of("peer"));
        table.row(List.of("a|b"));

        assertThat(table.toString()).endsWith("| a\\|b |\n");
    }

    @Test
    void aRowOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> new Table(List.of("a", "b")).row(List.of("1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 cells in a table of 2 columns");
    }
}
