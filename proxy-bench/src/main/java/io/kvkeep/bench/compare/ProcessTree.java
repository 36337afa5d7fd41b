package io.kvkeep.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A process with all its descendants, as {@code /proc} shows them. */
record ProcessTree(ProcessHandle root) {
    /** Linux counts in ticks of 10 ms, whatever the timer of the kernel is. */
    private static final long MILLIS_PER_TICK = 10;

    /** User and system time since each process began. */
    long cpuMillis() {
        return processes().mapToLong(ProcessTree::cpuTicks).sum() * MILLIS_PER_TICK;
    }

    /** Resident memory; pages that several processes share count in each. */
    long residentKilobytes() {
        return processes().mapToLong(ProcessTree::residentKilobytes).sum();
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(root), root.descendants());
    }

    private static long cpuTicks(ProcessHandle process) {
        try {
            return cpuTicks(Files.readString(Path.of("/proc/" + process.pid() + "/stat")));
        } catch (IOException ended) {
            return 0;
        }
    }

    /** Fields 14 and 15; the name in field 2 may hold spaces and brackets itself. */
    static long cpuTicks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static long residentKilobytes(ProcessHandle process) {
        try {
            return residentKilobytes(Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")));
        } catch (IOException ended) {
            return 0;
        }
    }

    static long residentKilobytes(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
