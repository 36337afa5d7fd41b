package io.kvkeep.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private static final int COUNT = 2;
    private static final long QUIET_MILLIS = 10 * 60_000;

    private final Lanes lanes = new Lanes();
    private final Map<Long, HeldLane> held = new HashMap<>();
    private final Slots slots = new Slots();
    private long nowMillis = 1_000;

    @Test
    void aLaneThatBeginsGetsAnUnusedSlotAndKeepsItWhileItGoesOn() {
        assertThat(begins(1)).hasValue(0);
        assertThat(begins(2)).hasValue(1);

        assertThat(goesOn(1)).hasValue(0);
        assertThat(goesOn(2)).hasValue(1);
        nowMillis += 2 * QUIET_MILLIS;
        assertThat(goesOn(1)).as("after a long silence").hasValue(0);
    }

    @Test
    void aLaneThatBeganOtherwiseGetsNone() {
        held.put(1L, lane());

        assertThat(goesOn(1)).isEmpty();
    }

    @Test
    void whereAllSlotsAreInUseNoneIsNamed() {
        begins(1);
        nowMillis += QUIET_MILLIS - 1;
        begins(2);

        assertThat(begins(3)).isEmpty();
    }

    @Test
    void aQuietLaneGivesItsSlotAway() {
        begins(1);
        nowMillis += QUIET_MILLIS;
        begins(2);

        assertThat(begins(3)).hasValue(0);
        assertThat(goesOn(3)).hasValue(0);
        assertThat(goesOn(1)).as("it has lost it").isEmpty();
    }

    @Test
    void theSlotOfAQuietLaneWithTheSameSystemTextIsTakenFirst() {
        begins(1);
        begins(2);
        nowMillis += QUIET_MILLIS;

        assertThat(choose(3, Optional.empty(), List.of(2L))).hasValue(1);
        assertThat(choose(3, Optional.empty(), List.of())).as("an unused one").hasValue(2);
    }

    @Test
    void anActiveLaneWithTheSameSystemTextKeepsItsSlot() {
        begins(1);

        assertThat(choose(COUNT, Optional.empty(), List.of(1L))).hasValue(1);
    }

    @Test
    void theSlotOfALaneThatIsNotHeldAnyMoreIsUnused() {
        begins(1);
        begins(2);
        held.remove(1L);

        assertThat(begins(3)).hasValue(0);
    }

    @Test
    void afterTwoColdTurnsInARowNoSlotIsNamedAnyMore() {
        begins(1);
        slots.cameBack(false);
        slots.cameBack(true);
        slots.cameBack(false);
        assertThat(slots.isStopped()).isFalse();
        assertThat(goesOn(1)).hasValue(0);

        slots.cameBack(false);
        assertThat(slots.isStopped()).isTrue();
        assertThat(goesOn(1)).isEmpty();
        assertThat(begins(2)).isEmpty();

        slots.cameBack(true);
        assertThat(slots.isStopped()).as("for good").isTrue();
    }

    private OptionalInt begins(long id) {
        OptionalInt slot = choose(COUNT, Optional.empty(), List.of());
        held.put(id, lane());
        slot.ifPresent(number -> slots.taken(number, id));
        return slot;
    }

    private OptionalInt goesOn(long id) {
        return choose(COUNT, Optional.of(id), List.of());
    }

    private OptionalInt choose(int count, Optional<Long> lane, List<Long> alike) {
        return slots.choose(count, lane, alike, held::get, nowMillis);
    }

    private HeldLane lane() {
        return HeldLane.of(lanes.fresh(1, 1), 1, nowMillis);
    }
}
