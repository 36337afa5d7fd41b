package io.kvkeep.turns;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.reuse.PrefillTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PrefillSpeedTest {
    private final PrefillSpeed speed = new PrefillSpeed();

    @Test
    void isUnknownUntilAnEngineHasTold() {
        assertThat(speed.of(Optional.empty())).isEmpty();
        assertThat(speed.of(Optional.of(new PrefillTime(1_000, 500)))).hasValue(2_000);
        assertThat(speed.of(Optional.empty())).hasValue(2_000);
    }

    @Test
    void aFewTokensSayNothingOfTheSpeed() {
        assertThat(speed.of(Optional.of(new PrefillTime(3, 50)))).isEmpty();
        speed.of(Optional.of(new PrefillTime(128, 128)));
        assertThat(speed.of(Optional.of(new PrefillTime(3, 50)))).hasValue(1_000);
    }
}
