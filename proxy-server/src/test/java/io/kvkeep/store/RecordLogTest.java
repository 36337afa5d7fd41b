package io.kvkeep.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLogTest {
    @TempDir
    private Path temp;

    private Path directory;
    private Path file;

    @BeforeEach
    void place() {
        directory = temp.resolve("ledger");
        file = directory.resolve("lanes.log");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatWasAppendedComesBackInOrderOverManyOpenings(long seed) throws Exception {
        List<byte[]> records = Records.random(seed, 400);
        int done = 0;
        while (done < records.size()) {
            List<byte[]> found = new ArrayList<>();
            try (RecordLog log = RecordLog.open(file, Records.VERSION, found::add)) {
                assertThat(found).containsExactlyElementsOf(records.subList(0, done));
                for (byte[] record : records.subList(done, done + 100)) {
                    assertThat(log.append(record)).isTrue();
                }
                assertThat(log.bytes()).isEqualTo(Files.size(file));
                assertThat(log.cutBytes()).isZero();
            }
            done += 100;
        }
        assertThat(Records.in(file)).containsExactlyElementsOf(records);
    }

    @Test
    void aFileCutAnywhereGivesAllRecordsInFrontOfTheCutAndTakesFurtherOnes() throws Exception {
        List<byte[]> records = small();
        byte[] whole = written(records);
        byte[] further = {7, 7, 7};
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            List<byte[]> expected = new ArrayList<>(records.subList(0, wholeIn(records, length)));
            List<byte[]> found = new ArrayList<>();
            try (RecordLog log = RecordLog.open(file, Records.VERSION, found::add)) {
                assertThat(found).as("cut to %s", length).containsExactlyElementsOf(expected);
                long kept = log.bytes() == LogFormat.HEADER_BYTES && length < LogFormat.HEADER_BYTES ? 0 : log.bytes();
                assertThat(log.cutBytes()).isEqualTo(length - kept);
                log.append(further);
            }
            expected.add(further);
            assertThat(Records.in(file)).as("cut to %s", length).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void aFlippedBitAnywhereGivesExactlyTheRecordsInFrontOfIt() throws Exception {
        List<byte[]> records = small();
        byte[] whole = written(records);
        for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(file, damaged);
            int intact = wholeIn(records, bit / Byte.SIZE);
            assertThat(Records.in(file)).as("bit %s", bit).containsExactlyElementsOf(records.subList(0, intact));
            remove("unreadable");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsKeptComesInItsTurnWithTheNextAppendAFlushOrTheEnd(long seed) throws Exception {
        List<byte[]> records = Records.random(seed, 300);
        Random random = new Random(seed);
        int onDisk = 0;
        try (RecordLog log = RecordLog.open(file, Records.VERSION, record -> {})) {
            for (int i = 0; i < records.size(); i++) {
                boolean appends = random.nextInt(3) == 0;
                if (appends) {
                    assertThat(log.append(records.get(i))).isTrue();
                } else {
                    log.keep(records.get(i));
                }
                boolean flushes = random.nextInt(4) == 0;
                if (flushes) {
                    log.flush();
                }
                onDisk = appends || flushes ? i + 1 : onDisk;
                assertThat(copied()).hasSizeBetween(onDisk, i + 1);
            }
        }
        assertThat(Records.in(file)).containsExactlyElementsOf(records);
    }

    /** What another process would find now. */
    private List<byte[]> copied() throws IOException {
        Path copy = temp.resolve("copy");
        Files.createDirectories(
                copy, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.copy(file, copy.resolve("lanes.log"), StandardCopyOption.REPLACE_EXISTING);
        return Records.in(copy.resolve("lanes.log"));
    }

    @Test
    void whatIsKeptAndCantBeWrittenCountsAsMissed() throws Exception {
        RecordLog log = RecordLog.open(file, Records.VERSION, record -> {}, new FailingDisk(LogFormat.HEADER_BYTES));
        log.keep(new byte[100]);
        log.keep(new byte[100]);
        assertThat(log.missed()).isZero();
        log.flush();
        log.flush();

        assertThat(log.missed()).isEqualTo(2);
        assertThat(log.isBroken()).isTrue();
        log.close();
    }

    @Test
    void zerosBehindTheLastRecordAreNoRecord() throws Exception {
        byte[] whole = written(small());
        Files.write(file, Arrays.copyOf(whole, whole.length + 4_096));
        assertThat(Records.in(file)).containsExactlyElementsOf(small());
        assertThat(Files.size(file)).isEqualTo(whole.length);
    }

    @Test
    void aFrameInsideATornRecordIsNoRecord() throws Exception {
        byte[] whole = written(List.of(LogFormat.frame(new byte[] {1, 2, 3})));
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThat(Records.in(file)).isEmpty();
        assertThat(Files.size(file)).isEqualTo(LogFormat.HEADER_BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, LogFormat.MAX_RECORD_BYTES})
    void aLengthThatCannotBeIsCutWithoutRoomBeingMadeForIt(int length) throws Exception {
        byte[] whole = written(small());
        ByteBuffer damaged = ByteBuffer.allocate(whole.length + LogFormat.FRAME_HEAD_BYTES);
        Files.write(file, damaged.put(whole).putInt(length).array());
        assertThat(Records.in(file)).containsExactlyElementsOf(small());
    }

    @ParameterizedTest
    @ValueSource(ints = {Records.VERSION + 1, Records.VERSION - 1})
    void aFileOfAnotherVersionIsMovedAsideUntouched(int version) throws Exception {
        Files.createDirectories(directory);
        byte[] foreign = ByteBuffer.allocate(40)
                .put(LogFormat.header(version))
                .put(LogFormat.frame(new byte[] {9}))
                .array();
        Files.write(file, foreign);
        Files.write(sibling("v" + version), new byte[] {1});
        List<byte[]> found = new ArrayList<>();
        try (RecordLog log = RecordLog.open(file, Records.VERSION, found::add)) {
            assertThat(found).isEmpty();
            assertThat(log.cutBytes()).isEqualTo(foreign.length);
            assertThat(log.append(new byte[] {5})).isTrue();
        }
        assertThat(Files.readAllBytes(sibling("v" + version + "-2"))).isEqualTo(foreign);
        assertThat(Files.readAllBytes(sibling("v" + version))).containsExactly(1);
        assertThat(Records.in(file)).containsExactly(new byte[] {5});
    }

    @Test
    void aFileThatIsNoLogIsMovedAsideUntouched() throws Exception {
        Files.createDirectories(directory);
        Files.writeString(file, "something quite different");
        assertThat(Records.in(file)).isEmpty();
        assertThat(sibling("unreadable")).hasContent("something quite different");
    }

    @Test
    void everyFileIsReadableByItsOwnerAlone() throws Exception {
        try (RecordLog log = RecordLog.open(file, Records.VERSION, record -> {})) {
            log.compact(small());
            assertThat(permissions(directory)).isEqualTo("rwx------");
            assertThat(permissions(file)).isEqualTo("rw-------");
            assertThat(permissions(sibling("lock"))).isEqualTo("rw-------");
        }
    }

    @Test
    void widerPermissionsAreNarrowed() throws Exception {
        written(small());
        allow(file, "rw-r--r--");
        allow(sibling("lock"), "rw-rw-rw-");
        allow(directory, "rwxr-xr-x");
        assertThat(Records.in(file)).containsExactlyElementsOf(small());
        assertThat(permissions(directory)).isEqualTo("rwx------");
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(permissions(sibling("lock"))).isEqualTo("rw-------");
    }

    @Test
    void anOpenDirectoryWithForeignFilesIsRefusedAndLeftAlone() throws Exception {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("notes.txt"), "not ours");
        allow(directory, "rwxr-xr-x");
        assertThatThrownBy(() -> Records.in(file))
                .isInstanceOf(IOException.class)
                .hasMessage(directory + " holds other files and can be entered by others than its owner (rwxr-xr-x);"
                        + " close it with chmod 700 or start with another --data-dir");
        assertThat(permissions(directory)).isEqualTo("rwxr-xr-x");
        assertThat(file).doesNotExist();
    }

    @Test
    void aSecondOpeningIsRefusedUntilTheFirstIsClosed() throws Exception {
        try (RecordLog log = RecordLog.open(file, Records.VERSION, record -> {})) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> Records.in(file))
                        .isInstanceOf(DirectoryInUse.class)
                        .hasMessage(directory + " is in use by another kvkeep; start this one with another --data-dir");
            }
            assertThat(log.append(new byte[] {1})).isTrue();
        }
        assertThat(Records.in(file)).containsExactly(new byte[] {1});
    }

    @Test
    void aFailureWhileOpeningGivesTheLockBack() throws Exception {
        written(small());
        assertThatThrownBy(() -> RecordLog.open(file, Records.VERSION, record -> {
                    throw new IllegalStateException("not wanted");
                }))
                .hasMessage("not wanted");
        assertThat(Records.in(file)).containsExactlyElementsOf(small());
    }

    @Test
    void aClosedLogTakesNothing() throws Exception {
        RecordLog log = RecordLog.open(file, Records.VERSION, record -> {});
        log.close();
        log.close();
        assertThat(log.append(new byte[] {1})).isFalse();
        assertThatThrownBy(() -> log.compact(List.of())).hasMessage(file + " is closed");
        assertThat(log.missed()).isEqualTo(1);
        assertThat(Records.in(file)).isEmpty();
    }

    @Test
    void aRecordBeyondTheLongestIsNotTaken() throws Exception {
        try (RecordLog log = RecordLog.open(file, Records.VERSION, record -> {})) {
            assertThat(log.append(new byte[LogFormat.MAX_RECORD_BYTES + 1])).isFalse();
            assertThat(log.isBroken()).isFalse();
            assertThat(log.append(new byte[] {1})).isTrue();
        }
        assertThat(Records.in(file)).containsExactly(new byte[] {1});
    }

    @Test
    void anInterruptedThreadDoesNotBreakTheLog() throws Exception {
        try (RecordLog log = RecordLog.open(file, Records.VERSION, record -> {})) {
            Thread.currentThread().interrupt();
            assertThat(log.append(new byte[] {1})).isTrue();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(log.append(new byte[] {2})).isTrue();
        }
        assertThat(Records.in(file)).containsExactly(new byte[] {1}, new byte[] {2});
    }

    private static List<byte[]> small() {
        return List.of(new byte[] {1, 2, 3}, new byte[0], new byte[] {0, 0, 0, 0, 0, 0, 0, 0}, new byte[] {-1});
    }

    /** How many records end within so many bytes of the file. */
    private static int wholeIn(List<byte[]> records, int fileBytes) {
        int end = LogFormat.HEADER_BYTES;
        for (int i = 0; i < records.size(); i++) {
            end += LogFormat.FRAME_HEAD_BYTES + records.get(i).length;
            if (end > fileBytes) {
                return i;
            }
        }
        return records.size();
    }

    private byte[] written(List<byte[]> records) throws IOException {
        try (RecordLog log = RecordLog.open(file, Records.VERSION, record -> {})) {
            records.forEach(log::append);
        }
        return Files.readAllBytes(file);
    }

    private void remove(String part) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path found :
                    files.filter(path -> path.toString().contains(part)).toList()) {
                Files.delete(found);
            }
        }
    }

    private Path sibling(String suffix) {
        return LogFile.sibling(file, suffix);
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
