package io.kvkeep.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LaneTest {
    private static final Digest DIGEST = new Digest(1, 2);
    private static final Emitted ANSWER = new Emitted("Yes.", "", List.of());

    private final Lane lane = lane(
            note(0, Map.of("clock", Optional.of("noon"), "memory", Optional.of("tea"))),
            Sent.answer(1, ANSWER),
            note(2, Map.of("memory", Optional.empty(), "clock", Optional.of("night"))),
            note(4, Map.of("memory", Optional.of("gin"))));

    @Test
    void theNewestValueOfEachSectionIsWhatWasDelivered() {
        assertThat(lane.deliveredUpTo(0)).isEmpty();
        assertThat(lane.deliveredUpTo(1)).isEqualTo(Map.of("clock", "noon", "memory", "tea"));
        assertThat(lane.deliveredUpTo(2)).isEqualTo(lane.deliveredUpTo(1));
        assertThat(lane.deliveredUpTo(5)).isEqualTo(Map.of("clock", "night", "memory", "gin"));
    }

    @Test
    void aSectionThatWasToldToBeGoneIsNotDelivered() {
        assertThat(lane.deliveredUpTo(3)).isEqualTo(Map.of("clock", "night"));
        assertThat(lane.deliveredUpTo(4)).isEqualTo(Map.of("clock", "night"));
    }

    @Test
    void onlyNotesBehindTheFirstCountForTheBudget() {
        assertThat(lane.laterNoteBytes()).isEqualTo(2 * 10);
        assertThat(lane().laterNoteBytes()).isZero();
        assertThat(lane(Sent.answer(0, ANSWER), note(1, Map.of())).laterNoteBytes())
                .isZero();
    }

    @Test
    void anAnswerMakesTheChainLongerAndIsAwaited() {
        Lane answered = lane.answered(ANSWER, new Digest(9, 9));

        assertThat(answered.chain()).containsExactly(DIGEST, new Digest(9, 9));
        assertThat(answered.awaited()).contains(ANSWER);
        assertThat(answered.sent()).isEqualTo(lane.sent());
        assertThat(answered.withId(5)).isEqualTo(answered.withId(4).withId(5)).isNotEqualTo(answered);
    }

    private static Sent note(int message, Map<String, Optional<String>> values) {
        return Sent.note(message, "ten bytes.".getBytes(US_ASCII), values);
    }

    private static Lane lane(Sent... sent) {
        Start start = new Start(0, true, true, 0, DIGEST, false);
        return new Lane(1, 0, DIGEST, start, List.of(DIGEST), List.of(sent), Optional.empty());
    }
}
