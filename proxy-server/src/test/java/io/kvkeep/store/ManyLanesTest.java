package io.kvkeep.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.lane.Digest;
import io.kvkeep.lane.LaneIndex;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Learned;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.ledger.Linked;
import io.kvkeep.ledger.NoteText;
import io.kvkeep.ledger.Start;
import io.kvkeep.store.PlainLanes.Common;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ManyLanesTest {
    private static final long DEFAULT_BYTES = 256L << 20;
    private static final int LANES = 100_000;
    private static final int EVERY = 997;

    /**
     * What else the tests' virtual machine makes or drops meanwhile, and rounding in the collector's regions: a twelfth
     * of what is measured, far from the half that a forgotten table of objects for each link would take.
     */
    private static final long TOLERANCE_BYTES = 16L << 20;

    @ParameterizedTest
    @EnumSource
    void aHundredThousandConversationsFitTheDefaultBoundAsCountedAndInTheHeapAndEachIsFoundAsFastAsAmongAThousand(
            Common common) {
        long before = usedHeapBytes();
        LaneStore store = new LaneStore(DEFAULT_BYTES, () -> 0);
        PlainLanes lanes = new PlainLanes(store, common);
        List<Lane> some = new ArrayList<>();
        for (int i = 0; i < LANES; i++) {
            Lane lane = lanes.add();
            if (i % EVERY == 0) {
                some.add(lane);
            }
        }
        long heapBytes = usedHeapBytes() - before;

        assertThat(store.size()).isEqualTo(LANES);
        assertThat(store.bytes()).isLessThanOrEqualTo(DEFAULT_BYTES);
        assertThat(heapBytes)
                .as("bytes in the heap, with %d counted", store.bytes())
                .isLessThan(store.bytes() + TOLERANCE_BYTES)
                .isGreaterThan(store.bytes() * 3 / 4 - TOLERANCE_BYTES);
        for (Lane lane : some) {
            Search search = new Search(store);
            Linked found = search.find(lane, lanes.links(2));
            assertThat(found.lane().orElseThrow().id()).isEqualTo(lane.id());
            assertThat(found.known()).isEqualTo(lane.chain().size());
            assertThat(search.steps).as("links asked for and lanes looked at").isEqualTo(4);
        }
    }

    @Test
    void ofLanesThatBeginAlikeTheNewestAreLookedAtAndNoMoreThanSixtyFour() {
        LaneStore store = new LaneStore(DEFAULT_BYTES, () -> 0);
        PlainLanes lanes = new PlainLanes(store, Common.OPENING);
        Lane first = lanes.add();
        Lane last = first;
        for (int i = 0; i < 1_000; i++) {
            last = lanes.add();
        }
        LedgerView view = store.view(Steering.NONE, Learned.NOTHING);
        List<Lane> alike = view.lanes(first.chain().get(3));

        assertThat(alike).hasSize(LaneIndex.MOST_OF_A_LINK);
        assertThat(alike.get(0).id()).isEqualTo(last.id());
        assertThat(view.lanes(first.chain().get(4))).hasSize(1);
    }

    @Test
    void ofAnyNumberOfLanesThatAreAllAlikeASessionFindsItsOwn() {
        LaneStore store = new LaneStore(DEFAULT_BYTES, () -> 0);
        List<Digest> chain = new PlainLanes(store, Common.NOTHING).links(2);
        List<Lane> lanes = new ArrayList<>();
        for (int session = 1; session <= 3 * LaneIndex.MOST_OF_A_LINK; session++) {
            Start start = new Start(session, true, true, 0, Lanes.STABLE, false);
            Lane lane = new Lane(Lane.NO_ID, 0, Lanes.SCOPE, start, chain, List.of(), Optional.empty());
            lanes.add(store.commit(Lanes.begins(lane)));
        }
        for (Lane lane : lanes) {
            Linked found = Linked.find(
                    chain,
                    List.of(),
                    1,
                    store.view(Steering.NONE, Learned.NOTHING),
                    lane.start().session(),
                    Map.of());
            assertThat(found.lane()).containsSame(lane);
        }
        store.forget(lanes.get(0), Optional.empty());
        assertThat(store.view(Steering.NONE, Learned.NOTHING).lanes(chain.get(1), 1))
                .hasSize(LaneIndex.MOST_OF_A_LINK)
                .doesNotContain(lanes.get(0));
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "NOTE"})
    void whatLanesHaveInCommonIsCountedOnceAndNoMoreWhenTheLastOfThemGoes(Common common) {
        LaneStore store = new LaneStore(DEFAULT_BYTES, () -> 0);
        PlainLanes lanes = new PlainLanes(store, common);
        Lane first = lanes.add();
        long one = store.bytes();
        Lane second = lanes.add();
        long two = store.bytes();

        assertThat(two - one).isLessThan(one - 1_000);
        assertThat(memory(held(store, second))).isSameAs(memory(held(store, first)));
        store.forget(first, Optional.empty());
        assertThat(store.bytes()).isEqualTo(one);
        store.forget(second, Optional.empty());
        assertThat(store.bytes()).isZero();
    }

    private static NoteText.Piece memory(Lane lane) {
        return lane.sent().get(0).note().pieces().get(1);
    }

    private static Lane held(LaneStore store, Lane lane) {
        return store.view(Steering.NONE, Learned.NOTHING)
                .lanes(lane.chain().get(0))
                .get(0);
    }

    /** Returns what is left after full collections, which every collector of the JDK makes when it is asked to. */
    private static long usedHeapBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** A search that counts its steps. */
    private static final class Search implements LedgerView {
        private final LedgerView view;
        private int steps;

        Search(LaneStore store) {
            this.view = store.view(Steering.NONE, Learned.NOTHING);
        }

        /** Finds a lane that goes on with other messages than its answer. */
        Linked find(Lane lane, List<Digest> behind) {
            List<Digest> chain = new ArrayList<>(lane.chain());
            chain.addAll(behind);
            return Linked.find(chain, List.of(), 0, this, 0, Map.of());
        }

        @Override
        public List<Lane> lanes(Digest link) {
            List<Lane> lanes = view.lanes(link);
            steps += 1 + lanes.size();
            return lanes;
        }

        @Override
        public AgentState agent(Digest scope) {
            return view.agent(scope);
        }
    }
}
