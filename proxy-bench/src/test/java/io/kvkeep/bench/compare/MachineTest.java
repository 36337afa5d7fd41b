package io.kvkeep.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MachineTest {
    @Test
    void coresAreReadFromRanges() {
        assertThat(Machine.cores("0-2,5,7-8")).containsExactly(0, 1, 2, 5, 7, 8);
    }

    @Test
    void oneCoreAloneIsNotDivided() {
        List<String> command = List.of("nginx");

        assertThat(new Machine(List.of(3), Optional.empty()).pinned(1, command)).isEqualTo(command);
    }

    @Test
    void processorTimeIsReadBehindANameWithBracketsAndSpaces() {
        String stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 100 0 0 0 250 70 0 0 20 0 1 0 100 1000 10";

        assertThat(ProcessTree.cpuTicks(stat)).isEqualTo(320);
    }

    @Test
    void residentMemoryIsReadInKilobytes() {
        assertThat(ProcessTree.residentKilobytes(List.of("VmPeak:\t  900 kB", "VmRSS:\t   12345 kB")))
                .isEqualTo(12_345);
    }
}
