package io.kvkeep.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void whatNeedsNoSlotForItselfGoesToTheLastUnusedOneAndLeavesItFree() {
        assertThat(slots.unused(COUNT, held::get)).hasValue(1);
        begins(1);
        assertThat(slots.unused(COUNT, held::get)).hasValue(1);

        assertThat(begins(2)).as("a lane takes it all the same").hasValue(1);
        assertThat(slots.unused(COUNT, held::get)).as("no slot of a lane").isEmpty();
    }

    @Test
    void aSlotIsInUseAsLongAsItsLaneIsHeldAndNotQuiet() {
        begins(1);
        assertThat(slots.isInUse(0, held::get, nowMillis)).isTrue();
        assertThat(slots.isInUse(1, held::get, nowMillis)).isFalse();
        assertThat(slots.isInUse(0, held::get, nowMillis + QUIET_MILLIS)).isFalse();
        held.remove(1L);
        assertThat(slots.isInUse(0, held::get, nowMillis)).isFalse();
    }

    @Test
    void afterTwoColdTurnsInARowNoSlotIsNamedUntilTheEngineIsStartedAnew() {
        begins(1);
        slots.cameBack(0, 5_000, 0);
        slots.cameBack(0, 5_100, 0);
        slots.cameBack(0, 5_200, 5_100);
        slots.cameBack(0, 5_300, 0);
        assertThat(slots.isStopped()).isFalse();
        assertThat(goesOn(1)).hasValue(0);

        slots.cameBack(0, 5_400, 0);
        assertThat(slots.isStopped()).isTrue();
        assertThat(goesOn(1)).isEmpty();
        assertThat(begins(2)).isEmpty();
        slots.cameBack(0, 5_500, 5_400);
        assertThat(slots.isStopped()).isTrue();

        slots.forget();
        assertThat(begins(3)).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "5000, 5000, false", // all of it
        "5000, 4484, false", // the last checkpoint of a hybrid model
        "5000, 3700, true", // what all sessions begin with
        "1000, 484, false", // the same checkpoint of a short prompt
        "1000, 0, true",
    })
    void aLaneIsColdWhereItLacksMoreOfThePromptBeforeThanACheckpoint(long before, long found, boolean cold) {
        begins(1);
        slots.cameBack(0, before, 0);
        slots.cameBack(0, before, found);
        slots.cameBack(0, before, found);

        assertThat(slots.isStopped()).isEqualTo(cold);
    }

    @Test
    void aLaneWhoseSlotTheEngineHasNoMoreHasNone() {
        begins(1);
        begins(2);

        assertThat(choose(1, Optional.of(2L), List.of())).isEmpty();
        assertThat(choose(1, Optional.of(1L), List.of())).hasValue(0);
        assertThat(slots.of(2)).isEmpty();
    }

    @Test
    void theTurnBehindAnotherPromptThanBeforeTellsNothing() {
        begins(1);
        for (int turn = 0; turn < 4; turn++) {
            slots.cameBack(0, 14_000, 14_000);
            slots.changed(0);
            slots.cameBack(0, 10_000, 9_990);
            slots.changed(0);
        }

        assertThat(slots.isStopped()).isFalse();
    }

    @Test
    void theFirstTurnInASlotTellsNothing() {
        begins(1);
        slots.cameBack(0, 5_000, 0);
        slots.taken(0, 7);
        slots.cameBack(0, 5_000, 0);
        slots.taken(0, 8);
        slots.cameBack(0, 5_000, 0);

        assertThat(slots.isStopped()).isFalse();
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
