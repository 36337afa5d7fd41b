package io.kvkeep.bench.ledger;

import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.store.LaneStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Writes what the ledger takes as Markdown tables. */
public final class LedgerReport {
    private static final int REQUESTS = 100;
    private static final int[] LANES = {1_000, 10_000, 100_000};
    private static final long NO_BOUND = 1L << 40;

    private LedgerReport() {}

    /** Measures; the directory is left with the ledger's files in it. */
    public static String measure(Path directory, int sessions) throws IOException, PromptNotUnderstood {
        StringBuilder text = new StringBuilder();
        Sessions each = Sessions.play(directory, sessions, REQUESTS);
        text.append("| session of 100 requests | KB |\n|---|---:|\n");
        text.append(row("memory, as the ledger counts", each.countedBytes()));
        text.append(row("memory, as the garbage collector counts", each.heapBytes()));
        text.append(row("appended on disk", each.diskBytes()));
        text.append("\n| in common | lanes | counted MiB | heap MiB | heap by counted | goes on, us | begins, us |\n");
        text.append("|---|---:|---:|---:|---:|---:|---:|\n");
        for (ManyLanes.Common common : ManyLanes.Common.values()) {
            lanes(common, text);
        }
        return text.toString();
    }

    private static void lanes(ManyLanes.Common common, StringBuilder text) {
        long before = Heap.usedBytes();
        LaneStore store = new LaneStore(NO_BOUND, System::currentTimeMillis);
        ManyLanes lanes = new ManyLanes(store, common);
        for (int count : LANES) {
            lanes.fill(count);
            double heap = Heap.usedBytes() - before;
            lanes.goesOnNanos(); // the first one compiles
            lanes.beginsNanos();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %.1f | %.1f | %.2f | %.1f | %.1f |%n",
                    common,
                    count,
                    store.bytes() / 1048576.0,
                    heap / 1048576.0,
                    heap / store.bytes(),
                    lanes.goesOnNanos() / 1_000,
                    lanes.beginsNanos() / 1_000));
        }
    }

    private static String row(String what, long bytes) {
        return String.format(Locale.ROOT, "| %s | %.1f |%n", what, bytes / 1024.0);
    }
}
