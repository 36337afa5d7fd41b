package io.kvkeep.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionTest {
    private static final int WRITERS = 3;
    private static final int PER_WRITER = 4_000;
    private static final byte[] OLD = {1};
    private static final byte[] LIVE = {2};
    private static final byte[] MEANWHILE = {3};
    private static final byte[] LATER = {4};

    @TempDir
    private Path temp;

    private Path directory;
    private Path file;

    @BeforeEach
    void place() {
        directory = temp.resolve("ledger");
        file = directory.resolve("lanes.log");
    }

    @Test
    void whatIsLiveReplacesTheRestAndAppendsFollowIt() throws Exception {
        try (RecordLog log = open(LogFile.Opener.FILE)) {
            log.append(OLD);
            long before = log.bytes();
            log.compact(appending(log, LIVE));
            assertThat(log.append(LATER)).isTrue();
            assertThat(log.bytes())
                    .isEqualTo(before + 2L * Records.frameBytes(OLD))
                    .isEqualTo(Files.size(file));
        }
        assertThat(Records.in(file)).containsExactly(LIVE, MEANWHILE, LATER);
    }

    @Test
    void appendsAndCompactionsAtOnceLoseNothing() throws Exception {
        Set<Integer> known = new ConcurrentSkipListSet<>();
        Set<Integer> returned = new ConcurrentSkipListSet<>();
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
        int compactions = 0;
        try (RecordLog log = open(LogFile.Opener.FILE)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int first = i * PER_WRITER;
                writers.add(threads.submit(() -> appendNumbers(log, known, returned, first)));
            }
            Future<Integer> compactor = threads.submit(() -> compactUntil(done, log, known, returned));
            for (Future<?> writer : writers) {
                writer.get();
            }
            done.set(true);
            compactions = compactor.get();
            assertThat(log.bytes()).isEqualTo(Files.size(file));
        } finally {
            threads.shutdownNow();
        }
        assertThat(compactions).isGreaterThan(1);
        assertThat(numbers()).hasSize(WRITERS * PER_WRITER).isEqualTo(known);
    }

    private static void appendNumbers(RecordLog log, Set<Integer> known, Set<Integer> returned, int first) {
        for (int number = first; number < first + PER_WRITER; number++) {
            known.add(number);
            assertThat(log.append(Records.numbered(number, number % 500))).isTrue();
            returned.add(number);
        }
    }

    private int compactUntil(AtomicBoolean done, RecordLog log, Set<Integer> known, Set<Integer> returned)
            throws IOException {
        int compactions = 0;
        do {
            log.compact(() -> known.stream()
                    .map(number -> Records.numbered(number, number % 500))
                    .iterator());
            compactions++;
            // Now: the next compaction would bring back what this one had lost.
            Set<Integer> expected = Set.copyOf(returned);
            assertThat(numbers()).containsAll(expected);
        } while (!done.get() || compactions < 2);
        return compactions;
    }

    private Set<Integer> numbers() throws IOException {
        Set<Integer> numbers = new HashSet<>();
        try (LogReader reader = new LogReader(file)) {
            reader.readAll(record -> numbers.add(Records.number(record)));
        }
        return numbers;
    }

    @Test
    void theLeftoverOfACompactionIsRemoved() throws Exception {
        try (RecordLog log = open(LogFile.Opener.FILE)) {
            log.append(OLD);
        }
        Path leftover = LogFile.sibling(file, "new");
        Files.write(leftover, LogFormat.header(Records.VERSION));
        assertThat(Records.in(file)).containsExactly(OLD);
        assertThat(leftover).doesNotExist();
    }

    @Test
    void aCompactionThatFailsLeavesTheLogAsItWas() throws Exception {
        FailingDisk disk = new FailingDisk(100);
        try (RecordLog log = open(disk)) {
            log.append(OLD);
            assertThatThrownBy(() -> log.compact(List.of(new byte[1_000]))).hasMessage("No space left on device");
            disk.free(1_000);
            assertThat(log.isBroken()).isFalse();
            assertThat(log.append(LATER)).isTrue();
            assertThatThrownBy(() -> log.compact(() -> {
                        throw new IllegalStateException("a defect");
                    }))
                    .hasMessage("a defect");
            assertThat(files()).containsExactly("lanes.log", "lanes.log.lock");
        }
        assertThat(Records.in(file)).containsExactly(OLD, LATER);
    }

    @Test
    void afterAFailedWriteNothingIsTriedUntilACompactionMendsTheLog() throws Exception {
        FailingDisk disk = new FailingDisk(Records.frameBytes(OLD) + 5);
        try (RecordLog log = open(disk)) {
            assertThat(log.append(OLD)).isTrue();
            assertThat(log.append(new byte[] {8})).isFalse();
            assertThat(log.append(new byte[] {9})).isFalse();
            assertThat(log.isBroken()).isTrue();
            assertThat(log.missed()).isEqualTo(2);
            assertThat(disk.refusals()).isEqualTo(1);
            assertThat(log.bytes()).isEqualTo(Files.size(file) - 5);

            assertThatThrownBy(() -> log.compact(List.of(LIVE))).hasMessage("No space left on device");
            assertThat(log.isBroken()).isTrue();

            disk.free(1_000);
            log.compact(appending(log, LIVE));
            assertThat(log.isBroken()).isFalse();
            assertThat(log.append(LATER)).isTrue();
        }
        assertThat(Records.in(file)).containsExactly(LIVE, MEANWHILE, LATER);
    }

    @Test
    void whatWasWrittenBeforeAFailureComesBack() throws Exception {
        try (RecordLog log = open(new FailingDisk(Records.frameBytes(OLD) + 5))) {
            log.append(OLD);
            assertThat(log.append(LATER)).isFalse();
        }
        assertThat(Records.in(file)).containsExactly(OLD);
    }

    @Test
    void aDirectoryThatVanishesStopsCompactionsAndNoAppend() throws Exception {
        try (RecordLog log = open(LogFile.Opener.FILE)) {
            log.append(OLD);
            for (String name : files()) {
                Files.delete(file.resolveSibling(name));
            }
            Files.delete(directory);
            assertThatThrownBy(() -> log.compact(List.of(LIVE))).isInstanceOf(IOException.class);
            log.append(LATER);
        }
    }

    @Test
    void appendsThatOutrunTheCompactionEndIt() throws Exception {
        byte[] large = new byte[LogFormat.MAX_RECORD_BYTES / 4];
        try (RecordLog log = open(LogFile.Opener.FILE)) {
            assertThatThrownBy(() -> log.compact(() -> {
                        for (int i = 0; i < 5; i++) {
                            assertThat(log.append(large)).isTrue();
                        }
                        return List.of(LIVE).iterator();
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the disk is too slow");
            assertThat(log.append(LATER)).isTrue();
        }
        assertThat(Records.in(file)).hasSize(6);
    }

    @Test
    void closingEndsACompactionUnderWay() throws Exception {
        RecordLog log = open(LogFile.Opener.FILE);
        log.append(OLD);
        assertThatThrownBy(() -> log.compact(() -> {
                    closeNow(log);
                    return List.of(LIVE).iterator();
                }))
                .hasMessage(file + " is closed");
        assertThat(Records.in(file)).containsExactly(OLD);
    }

    private static void closeNow(RecordLog log) {
        try {
            log.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Gives one live record, and appends another behind the log's back before that. */
    private static Iterable<byte[]> appending(RecordLog log, byte[] live) {
        return () -> {
            log.append(MEANWHILE);
            return List.of(live).iterator();
        };
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private RecordLog open(LogFile.Opener opener) throws IOException {
        return RecordLog.open(file, Records.VERSION, record -> {}, opener);
    }
}
