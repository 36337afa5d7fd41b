package io.kvkeep.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.lane.Digest;
import io.kvkeep.lane.LaneIndex;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Learned;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.ledger.Linked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ManyLanesTest {
    private static final long DEFAULT_BYTES = 256L << 20;
    private static final int LANES = 100_000;

    @Test
    void aHundredThousandLanesOfTheUsualShapeFitTheDefaultBoundAndAreFoundInAsManyStepsAsAThousand() {
        LaneStore store = new LaneStore(DEFAULT_BYTES, () -> 0);
        UsualLanes lanes = new UsualLanes(store);
        Lane first = lanes.add();
        for (int i = UsualLanes.AT_A_TIME; i < 1_000; i += UsualLanes.AT_A_TIME) {
            lanes.add();
        }
        int steps = stepsToFind(store, first, lanes.links(2));
        for (int i = 1_000; i < LANES; i += UsualLanes.AT_A_TIME) {
            lanes.add();
        }

        assertThat(store.size()).isEqualTo(LANES);
        assertThat(stepsToFind(store, first, lanes.links(2))).isEqualTo(steps).isEqualTo(4);
    }

    @Test
    void ofLanesThatBeginAlikeTheNewestAreLookedAtAndNoMoreThanSixtyFour() {
        LaneStore store = new LaneStore(DEFAULT_BYTES, () -> 0);
        UsualLanes lanes = new UsualLanes(store);
        Lane first = lanes.add();
        Lane last = first;
        for (int i = 0; i < 1_000; i++) {
            last = branch(store, lanes, first);
        }
        List<Lane> alike =
                store.view(Steering.NONE, Learned.NOTHING).lanes(first.chain().get(0));

        assertThat(alike).hasSize(LaneIndex.MOST_OF_A_LINK);
        assertThat(alike.get(0)).isEqualTo(last);
        assertThat(store.view(Steering.NONE, Learned.NOTHING)
                        .lanes(first.chain().get(9)))
                .hasSize(1);
    }

    private static Lane branch(LaneStore store, UsualLanes lanes, Lane lane) {
        List<Digest> chain = new ArrayList<>(lane.chain().subList(0, 5));
        chain.addAll(lanes.links(1));
        Lane branch = new Lane(
                Lane.NO_ID, 0, lane.scope(), lane.start(), chain, lane.sent().subList(0, 2), lane.awaited());
        return store.commit(new LedgerEntry(branch, AgentState.unseen(lane.scope())));
    }

    /** Returns how many links were asked for and lanes looked at, for a lane that goes on with other messages. */
    private static int stepsToFind(LaneStore store, Lane lane, List<Digest> behind) {
        List<Digest> chain = new ArrayList<>(lane.chain());
        chain.addAll(behind);
        int[] steps = new int[1];
        LedgerView view = store.view(Steering.NONE, Learned.NOTHING);
        Linked found = Linked.find(
                chain,
                List.of(),
                0,
                new LedgerView() {
                    @Override
                    public List<Lane> lanes(Digest link) {
                        List<Lane> lanes = view.lanes(link);
                        steps[0] += 1 + lanes.size();
                        return lanes;
                    }

                    @Override
                    public AgentState agent(Digest scope) {
                        return view.agent(scope);
                    }
                },
                0,
                Map.of());
        assertThat(found.known()).isEqualTo(lane.chain().size());
        return steps[0];
    }
}
