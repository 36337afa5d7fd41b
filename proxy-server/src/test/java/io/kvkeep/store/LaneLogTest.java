package io.kvkeep.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Learned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaneLogTest {
    private static final long MIB = 1 << 20;
    private static final int NOTE_BYTES = 200_000;

    @TempDir
    private Path directory = Path.of("unset");

    private final Lanes lanes = new Lanes();
    private long nowMillis = 1_000;

    @Test
    void aFileOfOutdatedRecordsIsWrittenAnewAndNoLaneIsLost() throws IOException {
        Lane kept;
        Lane large;
        Lane later;
        try (LaneLog log = new LaneLog(directory(), record -> {})) {
            LaneStore store = new LaneStore(64 * MIB, () -> nowMillis++, log::append);
            kept = store.commit(Lanes.with(List.of("read"), Lanes.begins(lanes.fresh(1, 3))));
            large = largeAndGone(store, log);
            log.look(store::live);
            assertThat(log.bytes()).isLessThan(MIB).isEqualTo(Files.size(file()));
            later = store.commit(Lanes.with(List.of("read"), Lanes.goesOn(kept, lanes.grown(kept))));
        }
        try (LaneStore store = LaneStore.onDisk(directory(), 64 * MIB, () -> nowMillis++)) {
            assertThat(store.size()).isEqualTo(1);
            assertThat(holding(store, later.chain().get(0)))
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(later);
            assertThat(holding(store, large.chain().get(0))).isEmpty();
            assertThat(store.view(Steering.NONE, Learned.NOTHING)
                            .agent(Lanes.SCOPE)
                            .tools())
                    .containsExactly("read");
            assertThat(store.commit(Lanes.begins(lanes.fresh(1, 1))).id()).isGreaterThan(later.id());
        }
    }

    @Test
    void whatIsCommittedBehindTheSnapshotForANewFileIsInIt() throws IOException {
        Lane late;
        try (LaneLog log = new LaneLog(directory(), record -> {})) {
            LaneStore store = new LaneStore(64 * MIB, () -> nowMillis++, log::append);
            largeAndGone(store, log);
            Lane[] behind = new Lane[1];
            log.look(() -> {
                Iterable<byte[]> snapshot = store.live();
                behind[0] = store.commit(Lanes.begins(lanes.fresh(1, 2)));
                return snapshot;
            });
            assertThat(log.bytes()).isLessThan(MIB);
            late = behind[0];
        }
        try (LaneStore store = LaneStore.onDisk(directory(), 64 * MIB, () -> nowMillis++)) {
            assertThat(holding(store, late.chain().get(0))).hasSize(1);
        }
    }

    /** Fills the file with lanes of which none is left. */
    private Lane largeAndGone(LaneStore store, LaneLog log) {
        Lane last = store.commit(Lanes.begins(lanes.fresh(1, 1)));
        while (log.bytes() <= 16 * MIB) {
            store.forget(last, Optional.empty());
            last = store.commit(Lanes.begins(lanes.grown(lanes.fresh(1, 1), 0, NOTE_BYTES)));
        }
        store.forget(last, Optional.empty());
        return last;
    }

    @Test
    void aSmallFileIsLeftAsItIs() throws IOException {
        try (LaneLog log = new LaneLog(directory(), record -> {})) {
            LaneStore store = new LaneStore(MIB, () -> nowMillis++, log::append);
            store.forget(store.commit(Lanes.begins(lanes.fresh(1, 3))), Optional.empty());
            long before = log.bytes();
            log.look(() -> {
                throw new AssertionError("nothing is asked for");
            });

            assertThat(log.bytes()).isEqualTo(before);
        }
    }

    @Test
    void aFileThatIsLargeBecauseTheLanesAreIsNotWrittenAnewAtEachLook() throws IOException {
        try (LaneLog log = new LaneLog(directory(), record -> {})) {
            LaneStore store = new LaneStore(64 * MIB, () -> nowMillis++, log::append);
            while (log.bytes() <= 16 * MIB) {
                store.commit(Lanes.begins(lanes.grown(lanes.fresh(1, 1), 0, NOTE_BYTES)));
            }
            int[] asked = new int[1];
            log.look(() -> counted(asked, store));
            log.look(() -> counted(asked, store));

            assertThat(asked[0]).isEqualTo(1);
            assertThat(log.bytes()).isGreaterThan(16 * MIB);
        }
    }

    private static Iterable<byte[]> counted(int[] asked, LaneStore store) {
        asked[0]++;
        return store.live();
    }

    @Test
    void anErrorWhileItIsWrittenAnewLeavesTheFileAndTheAppendsAlone() throws IOException {
        Lane lane;
        try (LaneLog log = new LaneLog(directory(), record -> {})) {
            LaneStore store = new LaneStore(64 * MIB, () -> nowMillis++, log::append);
            largeAndGone(store, log);
            long before = log.bytes();
            log.look(() -> {
                throw new IllegalStateException("on purpose");
            });
            assertThat(log.bytes()).isEqualTo(before);
            lane = store.commit(Lanes.begins(lanes.fresh(1, 2)));
        }
        try (LaneStore store = LaneStore.onDisk(directory(), 64 * MIB, () -> nowMillis++)) {
            assertThat(holding(store, lane.chain().get(0))).hasSize(1);
        }
    }

    private Path directory() {
        return directory.resolve("ledger");
    }

    private Path file() {
        return directory().resolve("lanes.log");
    }

    private static List<Lane> holding(LaneStore store, Digest link) {
        return store.view(Steering.NONE, Learned.NOTHING).lanes(link);
    }
}
