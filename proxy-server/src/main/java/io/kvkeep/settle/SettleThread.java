package io.kvkeep.settle;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.CallerRunsPolicy;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for what is to be counted once an answer has gone through, so that no stream on an event loop waits for it.
 *
 * <p>What waits for it holds whole prompts, so no more than a few do; beyond them the caller does the work itself.
 */
public final class SettleThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SettleThread.class);
    private static final int MAX_WAITING = 64;
    private static final int CLOSE_SECONDS = 2;

    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            SettleThread::daemon,
            new CallerRunsPolicy());

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "kvkeep-settle");
        thread.setDaemon(true);
        return thread;
    }

    /** Does some work soon, after what was given before; what fails in it is logged. */
    public void later(Runnable work) {
        executor.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("the reuse of one prompt was not counted; please report this", e);
            }
        });
    }

    /** Does what still waits, for at most two seconds; work that comes later is dropped. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
