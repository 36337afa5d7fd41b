package io.kvkeep.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.AgentState.Pinned;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Learned;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/*
 * Over the usual length: lanes, slots, learned rules and what agents share are kept in one store, and most claims are made
 * of it in memory, on disk and after a restart.
 */
final class LaneStoreTest {
    private static final long MIB = 1 << 20;
    private static final Emitted ANSWER = new Emitted("Hello ", "", List.of());

    @TempDir
    private Path directory = Path.of("unset");

    private final Lanes lanes = new Lanes();
    private long nowMillis = 1_000;

    @Test
    void lanesAnswersAndAgentsAreThereAfterARestart() throws IOException {
        Lane served;
        Lane gone;
        try (LaneStore store = onDisk(MIB)) {
            Lane lane = store.commit(Lanes.with(List.of("read"), Lanes.begins(lanes.fresh(7, 3))));
            store.answered(lane, ANSWER);
            Lane answered = only(store, lane.chain().get(0));
            served = store.commit(Lanes.with(List.of("read", "write"), Lanes.goesOn(answered, lanes.grown(answered))));
            store.answered(served, ANSWER);
            gone = store.commit(Lanes.with(List.of("read", "write"), Lanes.begins(lanes.fresh(7, 2))));
            store.forget(gone, Optional.empty());
        }
        try (LaneStore store = onDisk(MIB)) {
            Lane known = only(store, served.chain().get(0));

            assertThat(known.awaited()).contains(ANSWER);
            assertThat(known.chain().subList(0, served.chain().size())).isEqualTo(served.chain());
            assertThat(known.sent()).usingRecursiveComparison().isEqualTo(served.sent());
            assertThat(holding(store, gone.chain().get(0))).isEmpty();
            assertThat(view(store).agent(Lanes.SCOPE).tools()).containsExactly("read", "write");
            assertThat(store.commit(Lanes.begins(lanes.fresh(7, 1))).id()).isGreaterThan(served.id());
        }
    }

    @Test
    void aLaneThatIsKeptInAnotherFormIsTheSameLaneAndHasItsAnswer() throws IOException {
        Lane renewed;
        try (LaneStore store = onDisk(MIB)) {
            Lane lane = store.commit(Lanes.begins(lanes.fresh(7, 3)));
            store.answered(lane, ANSWER);
            Lane answered = only(store, lane.chain().get(0));
            renewed = new Lane(
                    answered.id(),
                    answered.tenant(),
                    answered.scope(),
                    answered.start(),
                    answered.chain(),
                    List.of(),
                    answered.awaited());
            LedgerEntry entry = new LedgerEntry(
                    renewed, AgentState.unseen(Lanes.SCOPE), Optional.of(answered), OptionalInt.empty());
            assertThat(store.renew(entry)).isTrue();
            assertThat(store.renew(entry)).as("it is another one by now").isFalse();
            assertThat(store.size()).isEqualTo(1);
        }
        try (LaneStore store = onDisk(MIB)) {
            Lane known = only(store, renewed.chain().get(0));
            assertThat(known.sent()).isEmpty();
            assertThat(known.awaited()).contains(ANSWER);
            assertThat(known.chain()).isEqualTo(renewed.chain());
        }
    }

    @Test
    void whatTheLanesOfAnAgentShareIsThereAfterARestart() throws IOException {
        AgentState agent = AgentState.unseen(Lanes.SCOPE)
                .withTools(List.of("read"))
                .withSystem(new Digest(5, 6))
                .withDeclared(Lanes.STABLE)
                .withPinned(new Pinned(Lanes.STABLE, List.of("Be kind.", "Be brief.")));
        try (LaneStore store = onDisk(MIB)) {
            store.commit(new LedgerEntry(lanes.fresh(7, 1), agent));
        }
        try (LaneStore store = onDisk(MIB)) {
            assertThat(view(store).agent(Lanes.SCOPE)).isEqualTo(agent);
            assertThat(view(store).agent(new Digest(8, 8))).isEqualTo(AgentState.unseen(new Digest(8, 8)));
        }
    }

    @Test
    void learnedRulesAreThereAfterARestartForTheirTenantAlone() throws IOException {
        Cutter profile = new Cutter(List.of());
        try (LaneStore store = onDisk(MIB)) {
            Learned learned = store.learned().of(7, "");
            assertThat(learned.observe("lotse", List.of(profile.cut(tideDay(21)))))
                    .isFalse();
            assertThat(learned.observe("lotse", List.of(profile.cut(tideDay(22)))))
                    .isTrue();
        }
        try (LaneStore store = onDisk(MIB)) {
            Cut cut = store.learned().of(7, "").cutter("lotse", profile).cut(tideDay(23));

            assertThat(cut.stableText()).doesNotContain("Tide day").contains("Be kind.", "Be brief.");
            assertThat(store.learned().of(8, "").cutter("lotse", profile)).isSameAs(profile);
            assertThat(store.learned().of(7, "").cutter("pilot", profile)).isSameAs(profile);
        }
    }

    private static String tideDay(int day) {
        return "You are Lotse.\nBe kind.\n\nTide day: 2026-11-" + day + "\n\nBe brief.\n";
    }

    @Test
    void anAnswerToARequestThatALaneHasLeftBehindIsNotKept() {
        LaneStore store = inMemory(MIB);
        Lane first = store.commit(Lanes.begins(lanes.fresh(7, 2)));
        Lane second = store.commit(Lanes.goesOn(first, lanes.grown(first)));
        store.answered(first, new Emitted("late", "", List.of()));

        assertThat(only(store, second.chain().get(0))).isSameAs(second);
    }

    @Test
    void ofTwoRequestsOnOneLaneAtOnceTheSecondIsALaneOfItsOwn() {
        LaneStore store = inMemory(MIB);
        Lane base = store.commit(Lanes.begins(lanes.fresh(7, 2)));
        Lane one = store.commit(Lanes.goesOn(base, lanes.grown(base)));
        Lane other = store.commit(Lanes.goesOn(base, lanes.grown(base)));

        assertThat(one.id()).isEqualTo(base.id());
        assertThat(other.id()).isNotEqualTo(base.id());
        assertThat(holding(store, base.chain().get(1))).containsExactly(other, one);
        assertThat(only(store, one.chain().get(2))).isSameAs(one);
        assertThat(only(store, other.chain().get(2))).isSameAs(other);
    }

    @Test
    void eachOfTwoRequestsOnOneLaneAtOnceKeepsItsOwnAnswerAlsoAfterARestart() throws IOException {
        Emitted late = new Emitted("At one.", "", List.of());
        Lane one;
        Lane other;
        try (LaneStore store = onDisk(MIB)) {
            Lane base = store.commit(Lanes.begins(lanes.fresh(7, 2)));
            one = store.commit(Lanes.goesOn(base, lanes.grown(base)));
            other = store.commit(Lanes.goesOn(base, lanes.grown(base)));
            store.answered(other, late);
            store.answered(one, ANSWER);
        }
        try (LaneStore store = onDisk(MIB)) {
            assertThat(only(store, one.chain().get(2)).awaited()).contains(ANSWER);
            assertThat(only(store, other.chain().get(2)).awaited()).contains(late);
        }
    }

    @Test
    void aRequestThatTheEngineRefusesLeavesTheLaneAsItWasBeforeAlsoAfterARestart() throws IOException {
        Lane before;
        Lane refused;
        try (LaneStore store = onDisk(MIB)) {
            Lane base = store.commit(Lanes.begins(lanes.fresh(7, 2)));
            store.answered(base, ANSWER);
            before = only(store, base.chain().get(0));
            refused = store.commit(Lanes.goesOn(before, lanes.grown(before)));
            store.forget(refused, Optional.of(before));
            assertTakenBack(store, before, refused);
        }
        try (LaneStore store = onDisk(MIB)) {
            assertTakenBack(store, before, refused);
        }
    }

    private static void assertTakenBack(LaneStore store, Lane before, Lane refused) {
        assertThat(only(store, before.chain().get(0)))
                .usingRecursiveComparison()
                .isEqualTo(before);
        assertThat(holding(store, refused.chain().get(refused.chain().size() - 1)))
                .isEmpty();
    }

    @Test
    void aBranchThatTheEngineRefusesIsDroppedAndTheLaneThatItLeftStays() {
        LaneStore store = inMemory(MIB);
        Lane base = store.commit(Lanes.begins(lanes.fresh(7, 2)));
        Lane on = store.commit(Lanes.goesOn(base, lanes.grown(base)));
        Lane branch = store.commit(Lanes.goesOn(base, lanes.grown(base)));
        store.forget(branch, Optional.of(base));

        assertThat(only(store, base.chain().get(0))).isSameAs(on);
    }

    @Test
    void lanesGoOnInTheirSlotsAfterARestartAlsoOnceTheFileIsWrittenAnew() throws IOException {
        Lane one;
        Lane other;
        try (LaneStore store = onDisk(MIB)) {
            one = store.commit(Lanes.in(0, Lanes.begins(lanes.fresh(7, 2))));
            other = store.commit(Lanes.in(1, Lanes.begins(lanes.fresh(7, 2))));
        }
        List<byte[]> anew = new ArrayList<>();
        try (LaneStore store = onDisk(MIB)) {
            assertInSlots(store, one, other);
            store.live().forEach(anew::add);
        }
        LaneStore store = inMemory(MIB);
        anew.forEach(record -> assertThat(store.load(record)).isTrue());
        assertInSlots(store, one, other);
    }

    @Test
    void anEngineThatIsGoneHasNoLaneInAnySlotAlsoAfterARestart() throws IOException {
        Lane lane;
        try (LaneStore store = onDisk(MIB)) {
            lane = store.commit(Lanes.in(1, Lanes.begins(lanes.fresh(7, 2))));
            store.engineGone();
        }
        try (LaneStore store = onDisk(MIB)) {
            LedgerView view = store.view(new Steering(true, 2), Learned.NOTHING);
            assertThat(view.slot(Lanes.SCOPE, Lanes.STABLE, Optional.of(lane), false))
                    .isEmpty();
            assertThat(store.isSlotInUse(1)).isFalse();
        }
    }

    private static void assertInSlots(LaneStore store, Lane one, Lane other) {
        LedgerView view = store.view(new Steering(true, 2), Learned.NOTHING);
        assertThat(view.slot(Lanes.SCOPE, Lanes.STABLE, Optional.of(one), false))
                .hasValue(0);
        assertThat(view.slot(Lanes.SCOPE, Lanes.STABLE, Optional.of(other), false))
                .hasValue(1);
        assertThat(view.slot(Lanes.SCOPE, Lanes.STABLE, Optional.empty(), false))
                .as("both are in use")
                .isEmpty();
        assertThat(view.slot(Lanes.SCOPE, Lanes.STABLE, Optional.empty(), true)).isEmpty();
        assertThat(view.mark(Lanes.SCOPE, Lanes.STABLE, Optional.of(one)))
                .as("a slot of its own needs no mark")
                .isZero();
        assertThat(store.isSlotInUse(1)).isTrue();
        assertThat(store.isSlotInUse(2)).isFalse();
    }

    @Test
    void anEngineThatIsGoneMakesColdWhatWasServedUntilThenAndNothingElse() {
        LaneStore store = inMemory(MIB);
        Lane before = store.commit(Lanes.begins(lanes.fresh(7, 2)));
        Lane back = store.commit(Lanes.begins(lanes.fresh(7, 2)));
        assertThat(view(store).isCold(before)).isFalse();
        nowMillis += 10;
        store.engineGone();
        nowMillis += 10;
        Lane after = store.commit(Lanes.begins(lanes.fresh(7, 2)));
        Lane warm = store.commit(Lanes.goesOn(back, lanes.grown(back)));

        assertThat(view(store).isCold(before)).isTrue();
        assertThat(view(store).isCold(after)).isFalse();
        assertThat(view(store).isCold(warm)).as("it has been read again").isFalse();
    }

    @Test
    void whatLanesOfAnAgentShareIsBoundedInBytesHoweverManyAgentsThereAre() {
        LaneStore store = inMemory(16 * MIB);
        String rules = "Round every height down. ".repeat(2_000);
        for (int agent = 0; agent < 200; agent++) {
            AgentState state = AgentState.unseen(new Digest(agent, 1)).withTools(List.of("read"));
            for (int text = 0; text < 4; text++) {
                state = state.withPinned(new Pinned(new Digest(agent, text), List.of(rules)));
            }
            assertThat(state.bytes()).isBetween(8 * rules.length(), 9 * rules.length());
            store.commit(new LedgerEntry(lanes.fresh(7, 1), state));
        }

        assertThat(store.agentBytes()).isPositive().isLessThanOrEqualTo(2 * MIB);
        store.resize(MIB);
        assertThat(store.agentBytes()).isLessThanOrEqualTo(MIB);
    }

    @Test
    void oneTenantsFloodCostsNoOtherTenantALane() {
        LaneStore store = inMemory(MIB / 4);
        Lane quiet = store.commit(Lanes.begins(lanes.fresh(1, 3)));
        for (int i = 0; i < 2_000; i++) {
            store.commit(Lanes.begins(lanes.fresh(2, 3)));
        }

        assertThat(store.bytes()).isLessThanOrEqualTo(MIB / 4);
        assertThat(store.size()).isLessThan(2_000);
        assertThat(only(store, quiet.chain().get(2))).isSameAs(quiet);
    }

    @Test
    void ofOneTenantTheLaneServedLongestAgoGoesFirst() {
        LaneStore store = inMemory(MIB / 4);
        Lane old = store.commit(Lanes.begins(lanes.fresh(1, 3)));
        Lane used = store.commit(Lanes.begins(lanes.fresh(1, 3)));
        while (!holding(store, old.chain().get(0)).isEmpty()) {
            store.commit(Lanes.begins(lanes.fresh(1, 3)));
            used = store.commit(Lanes.goesOn(used, lanes.grown(used)));
        }

        assertThat(only(store, used.chain().get(0))).isSameAs(used);
    }

    @Test
    void aLogOfALargerBoundIsReadUnderASmallerOneAndTheLanesServedLastAreKeptWhole() throws IOException {
        List<Lane> served = new ArrayList<>();
        try (LaneStore store = onDisk(4 * MIB)) {
            for (int i = 0; i < 600; i++) {
                Lane lane = store.commit(Lanes.begins(lanes.fresh(1, 3)));
                served.add(store.commit(Lanes.goesOn(lane, lanes.grown(lane))));
            }
            assertThat(store.size()).isEqualTo(600);
        }
        try (LaneStore store = onDisk(MIB / 4)) {
            assertThat(store.bytes()).isLessThanOrEqualTo(MIB / 4);
            assertThat(store.size()).isBetween(2, 599);
            for (int i = 0; i < 600 - store.size(); i++) {
                assertThat(holding(store, served.get(i).chain().get(0))).isEmpty();
            }
            for (int i = 600 - store.size(); i < 600; i++) {
                assertThat(only(store, served.get(i).chain().get(0)))
                        .usingRecursiveComparison()
                        .isEqualTo(served.get(i));
            }
        }
    }

    @Test
    void aLaneWhoseBeginningDoesNotFitASmallerBoundIsLeftOutAndNeverReadByHalves() throws IOException {
        Lane first;
        try (LaneStore store = onDisk(4 * MIB)) {
            first = store.commit(Lanes.begins(lanes.fresh(1, 3)));
            for (int i = 0; i < 600; i++) {
                store.commit(Lanes.begins(lanes.fresh(1, 3)));
            }
            first = store.commit(Lanes.goesOn(first, lanes.grown(first)));
            store.answered(first, ANSWER);
        }
        Lane again;
        try (LaneStore store = onDisk(MIB / 4)) {
            for (Digest link : first.chain()) {
                assertThat(holding(store, link)).isEmpty();
            }
            again = store.commit(Lanes.begins(lanes.grown(first)));
            assertThat(again.id()).isGreaterThan(first.id());
        }
        try (LaneStore store = onDisk(MIB / 4)) {
            assertThat(only(store, again.chain().get(0)))
                    .usingRecursiveComparison()
                    .isEqualTo(again);
        }
    }

    @Test
    void aLaneLosesNoPlaceInTheIndexWhenItGrowsAndAllWhenItGoes() {
        LaneStore store = inMemory(MIB);
        Lane lane = store.commit(Lanes.begins(lanes.fresh(1, 3)));
        Lane grown = store.commit(Lanes.goesOn(lane, lanes.grown(lane)));
        for (Digest link : grown.chain()) {
            assertThat(only(store, link)).isSameAs(grown);
        }
        store.forget(grown, Optional.empty());
        for (Digest link : grown.chain()) {
            assertThat(holding(store, link)).isEmpty();
        }
        assertThat(store.bytes()).isZero();
    }

    @Test
    void linksWithOneHashInTheIndexAreNotTakenForOneAnother() {
        Digest link = new Digest(1, 0);
        Digest alike = new Digest(0, 1L << 32);
        LaneStore store = inMemory(MIB);
        Lane lane = lanes.fresh(1, 1);
        Lane held = store.commit(Lanes.begins(
                new Lane(Lane.NO_ID, 1, Lanes.SCOPE, lane.start(), List.of(link), lane.sent(), Optional.empty())));

        assertThat(only(store, link)).isSameAs(held);
        assertThat(holding(store, alike)).isEmpty();
    }

    @Test
    void threeInterleavedSessionsAreSettledFromTheirThirdTurnOn() {
        LaneStore store = inMemory(MIB);
        List<Lane> sessions = new ArrayList<>();
        List<List<Integer>> marks = new ArrayList<>();
        for (int turn = 1; turn <= 8; turn++) {
            List<Integer> ofTurn = new ArrayList<>();
            for (int session = 0; session < 3; session++) {
                nowMillis += 1_000;
                Lane before = turn == 1 ? null : sessions.get(session);
                int mark = markOf(store, Optional.ofNullable(before));
                if (before == null) {
                    sessions.add(store.commit(Lanes.begins(lanes.fresh(1, 1))));
                } else {
                    sessions.set(session, store.commit(Lanes.goesOn(before, lanes.grown(before, mark, 0))));
                }
                ofTurn.add(mark);
            }
            marks.add(ofTurn);
        }

        assertThat(marks.get(0)).containsExactly(0, 0, 0);
        assertThat(marks.get(2)).doesNotHaveDuplicates();
        assertThat(marks.subList(2, 8)).containsOnly(marks.get(2));
    }

    @Test
    void withoutMarksALaneKeepsTheOneItHas() {
        LaneStore store = inMemory(MIB);
        Lane lane = store.commit(Lanes.begins(lanes.grown(lanes.fresh(1, 1), 3, 0)));
        store.commit(Lanes.begins(lanes.grown(lanes.fresh(1, 1), 3, 0)));

        assertThat(view(store).mark(Lanes.SCOPE, Lanes.STABLE, Optional.of(lane)))
                .isEqualTo(3);
        assertThat(view(store).mark(Lanes.SCOPE, Lanes.STABLE, Optional.empty()))
                .isZero();
    }

    @Test
    void lanesOfOtherSystemTextsAndAgentsBringNoMark() {
        LaneStore store = inMemory(MIB);
        LedgerView view = store.view(new Steering(true, 0), Learned.NOTHING);
        Lane lane = store.commit(Lanes.begins(lanes.fresh(1, 1)));
        store.commit(Lanes.begins(lanes.fresh(1, 1)));

        assertThat(view.mark(Lanes.SCOPE, Lanes.STABLE, Optional.of(lane))).isEqualTo(1);
        assertThat(view.mark(Lanes.SCOPE, new Digest(3, 5), Optional.of(lane))).isZero();
        assertThat(view.mark(new Digest(1, 3), Lanes.STABLE, Optional.of(lane))).isZero();
    }

    @Test
    void lanesInSlotsOfTheirOwnNeedNoMarks() {
        LaneStore store = inMemory(MIB);
        LedgerView view = store.view(new Steering(true, 2), Learned.NOTHING);
        Lane one = beginsIn(0, store, view);
        beginsIn(1, store, view);

        assertThat(view.slot(Lanes.SCOPE, Lanes.STABLE, Optional.of(one), false))
                .hasValue(0);
        assertThat(view.mark(Lanes.SCOPE, Lanes.STABLE, Optional.of(one))).isZero();
        Lane third = store.commit(Lanes.begins(lanes.fresh(1, 1)));
        assertThat(view.slot(Lanes.SCOPE, Lanes.STABLE, Optional.of(third), false))
                .isEmpty();
        assertThat(view.mark(Lanes.SCOPE, Lanes.STABLE, Optional.of(one)))
                .as("the third one may be read in any slot")
                .isEqualTo(1);
    }

    private Lane beginsIn(int slot, LaneStore store, LedgerView view) {
        OptionalInt chosen = view.slot(Lanes.SCOPE, Lanes.STABLE, Optional.empty(), false);
        assertThat(chosen).hasValue(slot);
        return store.commit(Lanes.in(slot, Lanes.begins(lanes.fresh(1, 1))));
    }

    @Test
    void withoutSlotsToNameNoneIsNamed() {
        LaneStore store = inMemory(MIB);

        assertThat(store.view(new Steering(true, 0), Learned.NOTHING)
                        .slot(Lanes.SCOPE, Lanes.STABLE, Optional.empty(), false))
                .isEmpty();
    }

    private static int markOf(LaneStore store, Optional<Lane> lane) {
        return store.view(new Steering(true, 0), Learned.NOTHING).mark(Lanes.SCOPE, Lanes.STABLE, lane);
    }

    private LaneStore inMemory(long maxBytes) {
        return new LaneStore(maxBytes, () -> nowMillis);
    }

    private LaneStore onDisk(long maxBytes) throws IOException {
        return LaneStore.onDisk(directory.resolve("ledger"), maxBytes, () -> nowMillis++);
    }

    private static LedgerView view(LaneStore store) {
        return store.view(Steering.NONE, Learned.NOTHING);
    }

    private static List<Lane> holding(LaneStore store, Digest link) {
        return view(store).lanes(link);
    }

    private static Lane only(LaneStore store, Digest link) {
        assertThat(holding(store, link)).hasSize(1);
        return holding(store, link).get(0);
    }
}
