package io.kvkeep.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.fixture.MemoryLedger;
import io.kvkeep.lane.Chain;
import io.kvkeep.lane.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LinkedTest {
    private static final Digest SCOPE = new Digest(0, 0);
    private static final Map<String, String> NOW = Map.of("clock", "noon", "memory", "likes tea");
    /** Most cases go on behind the first answer, where the opening says nothing any more. */
    private static final int BEHIND_OPENING = 1;

    private final MemoryLedger ledger = new MemoryLedger();

    @Test
    void theLongestCommonChainIsTaken() {
        ledger.put(lane(1, 0, chain(1, 2)));
        ledger.put(lane(2, 0, chain(1, 2, 3)));
        ledger.put(lane(3, 0, chain(1)));

        assertThat(find(0, NOW, 1, 2, 3, 4))
                .extracting(LinkedTest::id, Linked::known)
                .containsExactly(2L, 3);
        assertThat(find(0, NOW, 1, 2, 9)).extracting(Linked::known).isEqualTo(2);
        assertThat(find(0, NOW, 9, 8)).isEqualTo(new Linked(Optional.empty(), 0));
    }

    @Test
    void theLaneOfTheOwnSessionIsTakenBeforeALongerOneThatHadTheSameAnswers() {
        ledger.put(lane(1, 5, chain(1, 2)));
        ledger.put(lane(2, 6, chain(1, 2, 3)));

        assertThat(find(5, NOW, 1, 2, 3))
                .extracting(LinkedTest::id, Linked::known)
                .containsExactly(1L, 2);
        assertThat(id(find(7, NOW, 1, 2, 3))).as("a session without a lane").isEqualTo(2);
        assertThat(id(find(0, NOW, 1, 2, 3))).as("no session").isEqualTo(2);
    }

    @Test
    void aLongerChainIsTakenBeforeALaneOfTheSameSessionThatHasGoneOnInAnotherWay() {
        ledger.put(lane(1, 5, chain(1, 2, 9)));
        ledger.put(lane(2, 6, chain(1, 2, 3)));

        assertThat(id(find(5, NOW, 1, 2, 3))).isEqualTo(2);
    }

    @Test
    void aSessionWithoutACommonChainLinksNothing() {
        ledger.put(lane(1, 5, chain(1, 2)));

        assertThat(find(5, NOW, 3, 4).lane()).isEmpty();
    }

    @Test
    void amongEquallyLongChainsTheSameSessionIsTakenBeforeAllElse() {
        ledger.put(lane(1, 5, chain(1, 2, 3)));
        ledger.put(lane(2, 6, chain(1, 2), told(0, "clock", "noon"), told(1, "memory", "likes tea")));

        assertThat(id(find(5, NOW, 1, 2))).isEqualTo(1);
        assertThat(id(find(0, NOW, 1, 2))).as("no session is no common session").isEqualTo(2);
    }

    @Test
    void thenTheLaneThatDeliveredMostOfTheCurrentValuesIsTaken() {
        ledger.put(lane(1, 0, chain(1, 2, 3), told(0, "clock", "noon"), told(1, "memory", "likes tea")));
        ledger.put(lane(2, 0, chain(1, 2), told(0, "clock", "noon"), told(1, "memory", "likes gin")));
        ledger.put(lane(3, 0, chain(1, 2), told(0, "clock", "night")));

        assertThat(id(find(0, NOW, 1, 2))).isEqualTo(1);
    }

    @Test
    void whatALaneWasToldBehindTheCommonChainDoesNotCount() {
        ledger.put(lane(1, 0, chain(1, 2), told(0, "clock", "noon")));
        ledger.put(lane(2, 0, chain(1, 2, 3), told(0, "clock", "night"), told(2, "clock", "noon")));

        assertThat(id(find(0, NOW, 1, 2))).isEqualTo(1);
    }

    @Test
    void thenALaneThatEndsRightThereIsTaken() {
        ledger.put(lane(1, 0, chain(1, 2)));
        ledger.put(lane(2, 0, chain(1, 2, 3)));

        assertThat(id(find(0, NOW, 1, 2))).isEqualTo(1);
    }

    @Test
    void thenTheLaneUsedLastIsTaken() {
        ledger.put(lane(1, 0, chain(1, 2)));
        ledger.put(lane(2, 0, chain(1, 2)));
        assertThat(id(find(0, NOW, 1, 2))).isEqualTo(2);

        ledger.put(lane(1, 0, chain(1, 2)));
        assertThat(id(find(0, NOW, 1, 2))).isEqualTo(1);
    }

    @Test
    void upToTheFirstAnswerALaneThatWasToldSomethingElseIsTakenOnlyByItsOwnSession() {
        ledger.put(lane(1, 5, chain(1, 2), told(0, "clock", "night")));

        assertThat(Linked.find(chain(1, 2), List.of(), 2, ledger, 0, NOW).lane())
                .isEmpty();
        assertThat(Linked.find(chain(1, 2), List.of(), 2, ledger, 6, NOW).lane())
                .isEmpty();
        assertThat(id(Linked.find(chain(1, 2), List.of(), 2, ledger, 5, NOW))).isEqualTo(1);
        assertThat(id(Linked.find(chain(1, 2), List.of(), 1, ledger, 6, NOW)))
                .as("behind the first answer")
                .isEqualTo(1);
    }

    @Test
    void upToTheFirstAnswerALaneOfAnotherSessionIsTakenIfWhatItWasToldHolds() {
        ledger.put(lane(1, 5, chain(1, 2), told(0, "clock", "noon"), told(1, "clock", "night")));

        assertThat(Linked.find(chain(1, 2), List.of(), 2, ledger, 6, NOW))
                .extracting(LinkedTest::id, Linked::known)
                .as("before the second note it holds")
                .containsExactly(1L, 1);
    }

    @Test
    void aLaneThatWasToldSomethingElseIsTakenWhereTheConversationKeepsOneOfItsLastMessages() {
        List<Digest> said = List.of(new Digest(1, 1), new Digest(1, 2), new Digest(1, 3));
        ledger.put(lane(1, 0, Chain.of(new Digest(0, 0), said), told(0, "clock", "night")));
        List<Digest> compressed = List.of(said.get(0), new Digest(1, 9), said.get(2));
        List<Digest> another = List.of(said.get(0), new Digest(1, 9), new Digest(1, 8));

        assertThat(Linked.find(Chain.of(new Digest(0, 0), compressed), compressed, 1, ledger, 0, NOW)
                        .known())
                .isEqualTo(1);
        assertThat(Linked.find(Chain.of(new Digest(0, 0), another), another, 1, ledger, 0, NOW)
                        .known())
                .isZero();
    }

    private Linked find(long session, Map<String, String> values, int... links) {
        return Linked.find(chain(links), List.of(), BEHIND_OPENING, ledger, session, values);
    }

    private static long id(Linked linked) {
        return linked.lane().orElseThrow().id();
    }

    private static List<Digest> chain(int... links) {
        return IntStream.of(links).mapToObj(link -> new Digest(link, link)).toList();
    }

    private static Sent told(int message, String section, String value) {
        return Sent.note(message, value.getBytes(US_ASCII), Map.of(section, Optional.of(value)));
    }

    private static Lane lane(long id, long session, List<Digest> chain, Sent... sent) {
        Start start = new Start(session, true, true, 0, SCOPE, false);
        return new Lane(id, 0, SCOPE, start, chain, List.of(sent), Optional.empty());
    }
}
