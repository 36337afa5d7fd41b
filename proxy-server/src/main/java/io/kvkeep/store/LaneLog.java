package io.kvkeep.store;

import io.kvkeep.ledger.LaneRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of all lanes on disk, written anew in the background when most of them are out of date. */
final class LaneLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneLog.class);
    private static final String FILE = "lanes.log";
    /** The file may grow to so many times what was live when it was last written anew. */
    private static final int GROWTH = 3;

    private static final long LEAST_BYTES = 16 << 20;
    private static final long PERIOD_SECONDS = 30;

    private final RecordLog log;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kvkeep-ledger");
        thread.setDaemon(true);
        return thread;
    });
    private volatile long liveBytes;

    /**
     * Opens or makes the log.
     *
     * @param directory is the log's own
     * @param each gets every record in the order in which they were written
     */
    LaneLog(Path directory, Consumer<byte[]> each) throws IOException {
        this.log = RecordLog.open(directory.resolve(FILE), LaneRecord.FORMAT_VERSION, each);
    }

    /**
     * Looks from now on whether the file is to be written anew.
     *
     * @param live gives the records that matter
     */
    void start(Supplier<Iterable<byte[]>> live) {
        timer.scheduleWithFixedDelay(() -> look(live), 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    void append(byte[] record) {
        log.append(record);
    }

    void keep(byte[] record) {
        log.keep(record);
    }

    void flush() {
        log.flush();
    }

    long bytes() {
        return log.bytes();
    }

    long missed() {
        return log.missed();
    }

    /** Looks once. */
    void look(Supplier<Iterable<byte[]>> live) {
        if (log.isBroken() || log.bytes() > Math.max(LEAST_BYTES, GROWTH * liveBytes)) {
            try {
                log.compact(() -> live.get().iterator()); // looked at once appends are kept, or one would be lost
                liveBytes = log.bytes();
            } catch (IOException | RuntimeException e) {
                LOG.warn("the ledger on disk can't be written anew: {}", e.toString());
            }
        }
    }

    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        log.close();
    }
}
