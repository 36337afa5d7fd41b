package io.kvkeep.bench;

import io.kvkeep.bench.ledger.LedgerReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what the ledger takes. */
@Command(
        name = "ledger",
        header = "Measures what the ledger takes in memory and on disk, and how long it searches.",
        description = {"", "Run it with java -XX:+UseSerialGC -Xmx3g: memory is read after full collections.", ""},
        mixinStandardHelpOptions = true)
final class LedgerCommand implements Callable<Integer> {
    @Option(names = "--sessions", paramLabel = "N", description = "long sessions; default: ${DEFAULT-VALUE}")
    private int sessions = 20;

    @Override
    public Integer call() throws Exception {
        Path directory = java.nio.file.Files.createTempDirectory("kvkeep-ledger");
        System.out.print(LedgerReport.measure(directory, sessions));
        return 0;
    }
}
