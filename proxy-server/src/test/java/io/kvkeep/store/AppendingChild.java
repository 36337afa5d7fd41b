package io.kvkeep.store;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** A process that appends numbered records without end, and prints each number once append has returned. */
final class AppendingChild {
    private AppendingChild() {}

    /** Takes the log file, and whether to compact without end at the same time. */
    public static void main(String[] args) throws IOException {
        Set<Integer> known = new ConcurrentSkipListSet<>();
        List<byte[]> found = new ArrayList<>();
        RecordLog log = RecordLog.open(Path.of(args[0]), Records.VERSION, found::add);
        found.forEach(record -> known.add(Records.number(record)));
        if (Boolean.parseBoolean(args[1])) {
            new Thread(() -> compactForever(log, known)).start();
        }
        // A stream without a buffer: what is printed has left the process.
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        for (int number = known.size(); ; number++) {
            known.add(number);
            if (!log.append(record(number))) {
                throw new IOException("record " + number + " was not taken");
            }
            out.write((number + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    static byte[] record(int number) {
        return Records.numbered(number, number * 31 % 3_000);
    }

    private static void compactForever(RecordLog log, Set<Integer> known) {
        try {
            for (; ; ) {
                log.compact(() -> known.stream().map(AppendingChild::record).iterator());
            }
        } catch (IOException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }
}
