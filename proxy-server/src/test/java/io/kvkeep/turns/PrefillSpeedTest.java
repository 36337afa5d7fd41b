package io.kvkeep.turns;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.reuse.Prefill;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PrefillSpeedTest {
    private final PrefillSpeed speed = new PrefillSpeed();

    @Test
    void isUnknownUntilAnEngineHasTold() {
        assertThat(speed.of(Optional.empty())).isEmpty();
        assertThat(speed.of(Optional.of(new Prefill(1_000, 500_000)))).hasValue(2_000);
        assertThat(speed.of(Optional.empty())).hasValue(2_000);
    }

    @Test
    void aFewTokensSayNothingOfTheSpeed() {
        assertThat(speed.of(Optional.of(new Prefill(3, 50_000)))).isEmpty();
        speed.of(Optional.of(new Prefill(128, 128_000)));
        assertThat(speed.of(Optional.of(new Prefill(3, 50_000)))).hasValue(1_000);
    }
}
