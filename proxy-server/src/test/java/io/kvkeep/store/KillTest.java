package io.kvkeep.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process of its own appends and is killed. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KillTest {
    private static final int ROUNDS = 5;
    private static final int MAX_PRINTED = 3_000;

    @TempDir
    private Path temp;

    @ParameterizedTest
    @CsvSource({"1, false", "2, true"})
    void everyAppendThatHadReturnedSurvivesTheKill(long seed, boolean compacting) throws Exception {
        Path file = temp.resolve("ledger").resolve("lanes.log");
        Random random = new Random(seed);
        int printed = -1;
        for (int round = 0; round < ROUNDS; round++) {
            printed = runAndKill(file, compacting, 1 + random.nextInt(MAX_PRINTED), printed);
            TreeMap<Integer, byte[]> found = new TreeMap<>();
            Records.in(file).forEach(record -> found.put(Records.number(record), record));
            assertThat(found).hasSizeGreaterThan(printed);
            assertThat(found.lastKey()).as("no gap").isEqualTo(found.size() - 1);
            found.forEach((number, record) -> assertThat(record).isEqualTo(AppendingChild.record(number)));
            printed = found.lastKey();
        }
    }

    @Test
    void aLogOfAnotherProcessIsRefusedUntilThatIsKilled() throws Exception {
        Path directory = temp.resolve("ledger");
        Path file = directory.resolve("lanes.log");
        Process child = start(file, false);
        try (BufferedReader lines = lines(child)) {
            assertThat(lines.readLine()).isEqualTo("0");
            assertThatThrownBy(() -> Records.in(file))
                    .isInstanceOf(DirectoryInUse.class)
                    .hasMessageContaining(directory.toString());
        } finally {
            kill(child);
        }
        assertThat(Records.in(file)).isNotEmpty();
    }

    /** Kills the child once it has printed so many numbers, and returns the last that it had printed until it died. */
    private static int runAndKill(Path file, boolean compacting, int numbers, int before) throws Exception {
        Process child = start(file, compacting);
        int last = before;
        try (BufferedReader lines = lines(child)) {
            for (int i = 0; i < numbers; i++) {
                String line = lines.readLine();
                assertThat(line).as("the child ended by itself").isNotNull();
                last = Integer.parseInt(line);
            }
            // By its handle: the process itself would close the pipe, in which further numbers may be.
            child.toHandle().destroyForcibly();
            String rest = readAll(lines);
            // Behind the last line break there may be half a number.
            List<String> whole =
                    rest.substring(0, rest.lastIndexOf('\n') + 1).lines().toList();
            return whole.isEmpty() ? last : Integer.parseInt(whole.get(whole.size() - 1));
        } finally {
            kill(child);
        }
    }

    private static String readAll(BufferedReader lines) throws IOException {
        StringBuilder rest = new StringBuilder();
        for (int c = lines.read(); c >= 0; c = lines.read()) {
            rest.append((char) c);
        }
        return rest.toString();
    }

    private static Process start(Path file, boolean compacting) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ProcessBuilder(
                        java.toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingChild.class.getName(),
                        file.toString(),
                        Boolean.toString(compacting))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader lines(Process child) {
        return new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static void kill(Process child) throws InterruptedException {
        child.destroyForcibly();
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).as("the child is gone").isTrue();
    }
}
