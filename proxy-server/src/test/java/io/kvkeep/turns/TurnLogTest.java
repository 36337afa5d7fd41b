package io.kvkeep.turns;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.plan.Plan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TurnLogTest {
    @Test
    void keepsTheNewestUnderAscendingIds() {
        TurnLog log = new TurnLog(3, 1 << 20);
        for (int i = 0; i < 5; i++) {
            log.add(id -> turn(id, "m"));
        }

        assertThat(ids(log.since(0, 1_000))).containsExactly(3L, 4L, 5L);
        assertThat(ids(log.since(4, 1_000))).containsExactly(5L);
        assertThat(ids(log.since(0, 2))).containsExactly(3L, 4L);
        assertThat(log.of(5)).isPresent();
        assertThat(log.of(2)).isEmpty();
        assertThat(log.since(5, 1_000)).isEmpty();
    }

    @Test
    void isBoundedInBytesToo() {
        TurnLog log = new TurnLog(1_000, 10_000);
        for (int i = 0; i < 200; i++) {
            log.add(id -> turn(id, "m".repeat(100)));
        }

        assertThat(log.since(0, 1_000).size()).isBetween(5, 20);
        assertThat(log.since(199, 1_000)).hasSize(1);
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

    private static TurnLog.Kept turn(long id, String model) {
        Turn turn = new Turn(
                id, 1, "0", "pilot", "chat", "engine", model, 0, null, 1, 1, 1, true, null, 0, 0, null, 1, null,
                Map.of(), null, null, null, null, null);
        return new TurnLog.Kept(turn, TurnDetail.of(Plan.NOTHING, null, null));
    }
}
