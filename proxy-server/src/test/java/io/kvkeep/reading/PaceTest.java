package io.kvkeep.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.reuse.PrefillTime;
import org.junit.jupiter.api.Test;

/** How much an engine is given to read at once. */
class PaceTest {
    private final Pace pace = new Pace();

    @Test
    void anEngineIsBusyForFifteenMilliseconds() {
        settle(10);
        assertThat(pace.tokens()).isBetween(145, 150);
    }

    @Test
    void aSlowEngineIsNotGivenSoLittleThatTheRequestsCostMoreThanTheReading() {
        settle(0.1);
        assertThat(pace.tokens()).isEqualTo(64);
    }

    @Test
    void aFastOneIsNotGivenMoreThanItComputesAtOnce() {
        settle(1_000);
        assertThat(pace.tokens()).isEqualTo(512);
    }

    private void settle(double tokensPerMilli) {
        for (int i = 0; i < 20; i++) {
            pace.took(new PrefillTime(pace.tokens(), pace.tokens() / tokensPerMilli));
        }
    }
}
