package io.kvkeep.turns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TurnLogTest {
    @Test
    void keepsTheNewestUnderAscendingIds() {
        TurnLog log = new TurnLog(3, 1 << 20);
        for (int i = 0; i < 5; i++) {
            log.add(turn("m"));
        }

        assertThat(ids(log.since(0))).containsExactly(3L, 4L, 5L);
        assertThat(ids(log.since(4))).containsExactly(5L);
        assertThat(log.since(5)).isEmpty();
    }

    @Test
    void isBoundedInBytesToo() {
        TurnLog log = new TurnLog(1_000, 10_000);
        for (int i = 0; i < 200; i++) {
            log.add(turn("m".repeat(100)));
        }

        assertThat(log.since(0).size()).isBetween(5, 20);
        assertThat(log.since(199)).hasSize(1);
    }

    @Test
    void anEngineIsBackOnlyAfterItWasThereAndWent() {
        EngineReturns returns = new EngineReturns();
        returns.seen(false, 1);
        returns.seen(true, 2);
        assertThat(returns.backSinceMillis()).isZero();

        returns.seen(false, 3);
        returns.seen(false, 4);
        returns.seen(true, 5);
        returns.seen(true, 6);
        assertThat(returns.backSinceMillis()).isEqualTo(5);
    }

    private static List<Long> ids(List<Turn> turns) {
        return turns.stream().map(Turn::id).toList();
    }

    private static Turn turn(String model) {
        return new Turn(
                0, 1, "0", "pilot", "chat", "engine", model, 0, null, 1, 1, true, null, 0, 0, null, 1, null, Map.of(),
                null, null, null);
    }
}
