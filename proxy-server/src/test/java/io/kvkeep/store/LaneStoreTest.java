package io.kvkeep.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Learned;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.Sent;
import io.kvkeep.ledger.Start;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LaneStoreTest {
    private static final Digest SCOPE = new Digest(1, 2);
    private static final Digest STABLE = new Digest(3, 4);
    private static final long MIB = 1 << 20;

    @TempDir
    private Path directory;

    private long nowMillis = 1_000;
    private long nextLink;

    @Test
    void lanesAnswersAndAgentsAreThereAfterARestart() throws IOException {
        Lane served;
        Lane gone;
        Emitted answer = new Emitted("Hello ", "", List.of());
        try (LaneStore store = onDisk(MIB)) {
            Lane lane = store.commit(entry(lane(7, 3), List.of("read")));
            store.answered(lane, answer);
            Lane answered = store.view(Steering.NONE, Learned.NOTHING)
                    .lanes(lane.chain().get(0))
                    .get(0);
            served = store.commit(after(answered, List.of("read", "write")));
            store.answered(served, answer);
            gone = store.commit(entry(lane(7, 2), List.of("read", "write")));
            store.forget(gone);
        }
        try (LaneStore store = onDisk(MIB)) {
            List<Lane> known = store.view(Steering.NONE, Learned.NOTHING)
                    .lanes(served.chain().get(0));

            assertThat(known).hasSize(1);
            assertThat(known.get(0).awaited()).contains(answer);
            assertThat(known.get(0).chain().subList(0, served.chain().size())).isEqualTo(served.chain());
            assertThat(known.get(0).sent()).usingRecursiveComparison().isEqualTo(served.sent());
            assertThat(store.view(Steering.NONE, Learned.NOTHING)
                            .lanes(gone.chain().get(0)))
                    .isEmpty();
            assertThat(store.view(Steering.NONE, Learned.NOTHING).agent(SCOPE).tools())
                    .containsExactly("read", "write");
            assertThat(store.commit(entry(lane(7, 1), List.of())).id()).isGreaterThan(served.id());
        }
    }

    @Test
    void anAnswerToARequestThatALaneHasLeftBehindIsNotKept() {
        LaneStore store = new LaneStore(MIB, () -> nowMillis);
        Lane first = store.commit(entry(lane(7, 2), List.of()));
        Lane second = store.commit(after(first, List.of()));
        store.answered(first, new Emitted("late", "", List.of()));

        assertThat(store.view(Steering.NONE, Learned.NOTHING)
                        .lanes(second.chain().get(0)))
                .containsExactly(second);
    }

    @Test
    void oneTenantsFloodCostsNoOtherTenantALane() {
        LaneStore store = new LaneStore(MIB / 4, () -> nowMillis);
        Lane quiet = store.commit(entry(lane(1, 3), List.of()));
        for (int i = 0; i < 2_000; i++) {
            store.commit(entry(lane(2, 3), List.of()));
        }

        assertThat(store.bytes()).isLessThanOrEqualTo(MIB / 4);
        assertThat(store.size()).isLessThan(2_000);
        assertThat(store.view(Steering.NONE, Learned.NOTHING)
                        .lanes(quiet.chain().get(2)))
                .containsExactly(quiet);
    }

    @Test
    void ofOneTenantTheLaneServedLongestAgoGoesFirst() {
        LaneStore store = new LaneStore(MIB / 4, () -> nowMillis);
        Lane old = store.commit(entry(lane(1, 3), List.of()));
        Lane used = store.commit(entry(lane(1, 3), List.of()));
        while (!store.view(Steering.NONE, Learned.NOTHING)
                .lanes(old.chain().get(0))
                .isEmpty()) {
            store.commit(entry(lane(1, 3), List.of()));
            used = store.commit(after(used, List.of()));
        }

        assertThat(store.view(Steering.NONE, Learned.NOTHING).lanes(used.chain().get(0)))
                .containsExactly(used);
    }

    @Test
    void aLaneLosesNoPlaceInTheIndexWhenItGrowsAndAllWhenItGoes() {
        LaneStore store = new LaneStore(MIB, () -> nowMillis);
        Lane lane = store.commit(entry(lane(1, 3), List.of()));
        Lane grown = store.commit(after(lane, List.of()));
        for (Digest link : grown.chain()) {
            assertThat(store.view(Steering.NONE, Learned.NOTHING).lanes(link)).containsExactly(grown);
        }
        store.forget(grown);
        for (Digest link : grown.chain()) {
            assertThat(store.view(Steering.NONE, Learned.NOTHING).lanes(link)).isEmpty();
        }
        assertThat(store.bytes()).isZero();
    }

    private LaneStore onDisk(long maxBytes) throws IOException {
        return LaneStore.onDisk(directory.resolve("ledger"), maxBytes, () -> nowMillis++);
    }

    private static LedgerEntry entry(Lane lane, List<String> tools) {
        return new LedgerEntry(lane, AgentState.unseen(SCOPE).withTools(tools));
    }

    /** A request that goes on where a lane is. */
    private LedgerEntry after(Lane lane, List<String> tools) {
        AgentState agent = AgentState.unseen(SCOPE).withTools(tools);
        return new LedgerEntry(grown(lane), agent, Optional.of(lane), OptionalInt.empty());
    }

    private Lane lane(long tenant, int messages) {
        List<Digest> chain = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            chain.add(new Digest(9, nextLink++));
        }
        Start start = new Start(0, true, true, 0, STABLE, false);
        return new Lane(Lane.NO_ID, tenant, SCOPE, start, chain, List.of(note(0)), Optional.empty());
    }

    private Lane grown(Lane lane) {
        List<Digest> chain = new ArrayList<>(lane.chain());
        chain.add(new Digest(9, nextLink++));
        List<Sent> sent = new ArrayList<>(lane.sent());
        sent.add(note(chain.size() - 1));
        return new Lane(lane.id(), lane.tenant(), SCOPE, lane.start(), chain, sent, Optional.empty());
    }

    private static Sent note(int message) {
        return Sent.note(
                message, "<note>".getBytes(StandardCharsets.US_ASCII), Map.of("clock", Optional.of("" + message)));
    }
}
