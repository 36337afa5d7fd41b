package io.kvkeep.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.Lane;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarksTest {
    private static final long NOW_MILLIS = 100 * 60_000;
    private static final long QUIET_MILLIS = NOW_MILLIS - 10 * 60_000;
    private static final long ACTIVE_MILLIS = QUIET_MILLIS + 1;

    private final Lanes lanes = new Lanes();

    @Test
    void aLaneAloneHasNoMark() {
        assertThat(Marks.of(Optional.empty(), List.of(), NOW_MILLIS)).isZero();
        assertThat(Marks.of(Optional.of(active(0, 1)), List.of(), NOW_MILLIS)).isZero();
    }

    @Test
    void aLaneThatGoesOnWithoutAnotherInBetweenKeepsItsMark() {
        assertThat(Marks.of(Optional.of(active(0, 2)), List.of(active(0, 1)), NOW_MILLIS))
                .isZero();
        assertThat(Marks.of(Optional.of(active(4, 2)), List.of(active(4, 1)), NOW_MILLIS))
                .isEqualTo(4);
    }

    @Test
    void aLaneThatBeginsBesideAnActiveOneGetsNoMarkOfItsOwn() {
        assertThat(Marks.of(Optional.empty(), List.of(active(0, 1)), NOW_MILLIS))
                .isZero();
    }

    @Test
    void aLaneThatBeginsTakesTheMarkOfTheActiveLaneServedLongestAgo() {
        assertThat(Marks.of(Optional.empty(), List.of(active(0, 3), active(2, 1), active(1, 2)), NOW_MILLIS))
                .isEqualTo(2);
    }

    @Test
    void aFurtherMarkIsGivenWhereALaneGoesOnAfterAnotherWithItsMark() {
        assertThat(Marks.of(Optional.of(active(0, 1)), List.of(active(0, 2)), NOW_MILLIS))
                .isEqualTo(1);
        assertThat(Marks.of(Optional.of(active(0, 1)), List.of(active(1, 3), active(0, 2)), NOW_MILLIS))
                .isEqualTo(2);
        assertThat(Marks.of(Optional.of(active(1, 1)), List.of(active(1, 2)), NOW_MILLIS))
                .as("none is a mark too")
                .isZero();
    }

    @Test
    void aLaneWithAnotherMarkTakesNothingAway() {
        assertThat(Marks.of(Optional.of(active(0, 1)), List.of(active(1, 2), active(2, 3)), NOW_MILLIS))
                .isZero();
    }

    @Test
    void theSameConversationOnceMoreIsNoOther() {
        List<Digest> conversation = lanes.links(8);
        HeldLane begunAgain = active(conversation.subList(0, 2), 2);

        assertThat(Marks.of(Optional.of(active(conversation, 1)), List.of(begunAgain), NOW_MILLIS))
                .isZero();
    }

    @Test
    void branchesOfOneConversationNeedNoMark() {
        List<Digest> conversation = lanes.links(8);
        HeldLane lane = active(conversation, 1);
        List<Digest> half = new ArrayList<>(conversation.subList(0, 4));
        half.addAll(lanes.links(4));
        List<Digest> less = new ArrayList<>(conversation.subList(0, 3));
        less.addAll(lanes.links(5));

        assertThat(Marks.of(Optional.of(lane), List.of(active(half, 2)), NOW_MILLIS))
                .isZero();
        assertThat(Marks.of(Optional.of(lane), List.of(active(less, 2)), NOW_MILLIS))
                .isEqualTo(1);
    }

    @Test
    void theMarkOfAQuietLaneIsTakenOver() {
        HeldLane quiet = held(5, 1, QUIET_MILLIS);

        assertThat(Marks.of(Optional.of(active(0, 2)), List.of(active(0, 3), quiet), NOW_MILLIS))
                .isEqualTo(5);
        assertThat(Marks.of(Optional.empty(), List.of(active(0, 3), quiet), NOW_MILLIS))
                .as("by a lane that begins too")
                .isEqualTo(5);
    }

    @Test
    void aLaneIsQuietAfterTenMinutesAndNotBefore() {
        List<HeldLane> others = List.of(held(0, 3, NOW_MILLIS), held(5, 1, ACTIVE_MILLIS));

        assertThat(Marks.of(Optional.of(active(0, 2)), others, NOW_MILLIS)).isEqualTo(1);
        assertThat(Marks.of(Optional.of(active(0, 2)), others, NOW_MILLIS + 1)).isEqualTo(5);
    }

    @Test
    void aLaneWhoseMarkAQuietLaneUsedMeanwhileKeepsIt() {
        HeldLane quiet = held(0, 3, QUIET_MILLIS);

        assertThat(Marks.of(Optional.of(held(0, 2, 1_000)), List.of(quiet), NOW_MILLIS))
                .as("the system text behind it is still warm")
                .isZero();
        assertThat(Marks.of(Optional.of(held(0, 2, 1_000)), List.of(active(1, 4), quiet), NOW_MILLIS))
                .isZero();
    }

    @Test
    void aMarkThatAnActiveLaneCarriesTooIsNotQuiet() {
        assertThat(Marks.of(
                        Optional.empty(), List.of(active(5, 3), held(5, 2, QUIET_MILLIS), active(0, 1)), NOW_MILLIS))
                .isZero();
    }

    @Test
    void ofTheMarksOfQuietLanesTheOneLeftLastIsTaken() {
        List<HeldLane> others = List.of(active(0, 9), held(3, 4, 1_000), held(6, 5, 2_000), held(2, 1, 3_000));

        assertThat(Marks.of(Optional.empty(), others, NOW_MILLIS)).isEqualTo(6);
        assertThat(Marks.of(Optional.of(active(0, 8)), others, NOW_MILLIS)).isEqualTo(6);
    }

    @Test
    void whereAllMarksAreTakenALaneKeepsItsOwn() {
        List<HeldLane> others = new ArrayList<>();
        for (int mark = 0; mark < 16; mark++) {
            others.add(active(mark, 10 + mark));
        }

        assertThat(Marks.of(Optional.of(active(3, 1)), others, NOW_MILLIS)).isEqualTo(3);
    }

    @Test
    void thePoolIsBoundedHoweverManyLanesThereAre() {
        Random random = new Random(7);
        Map<Integer, HeldLane> sessions = new HashMap<>();
        int highest = 0;
        for (int turn = 1; turn <= 2_000; turn++) {
            int session = random.nextInt(40);
            Optional<HeldLane> own = Optional.ofNullable(sessions.remove(session));
            int mark = Marks.of(own, List.copyOf(sessions.values()), NOW_MILLIS);
            highest = Math.max(highest, mark);
            sessions.put(session, active(mark, turn));
        }

        assertThat(highest).isEqualTo(15);
    }

    private HeldLane active(int mark, long turn) {
        return held(mark, turn, ACTIVE_MILLIS);
    }

    private HeldLane held(int mark, long turn, long servedMillis) {
        return HeldLane.of(lanes.grown(lanes.fresh(1, 3), mark, 0), turn, servedMillis);
    }

    private HeldLane active(List<Digest> chain, long turn) {
        Lane any = lanes.fresh(1, 1);
        Lane lane = new Lane(any.id(), any.tenant(), any.scope(), any.start(), chain, any.sent(), any.awaited());
        return HeldLane.of(lane, turn, ACTIVE_MILLIS);
    }
}
