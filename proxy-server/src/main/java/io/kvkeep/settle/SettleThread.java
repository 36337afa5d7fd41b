package io.kvkeep.settle;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for what is to be counted once an answer has gone through, so that no stream on an event loop waits for it.
 *
 * <p>An agent asks again as soon as it has its answer, so work waits some milliseconds, and what came meanwhile is done
 * together: on a busy core each turn would have to wait for the counts of the one before. What waits holds whole
 * prompts, so no more than a few do; beyond them the caller does the work itself.
 */
public final class SettleThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SettleThread.class);
    private static final int MAX_WAITING = 64;
    private static final int WAIT_MILLIS = 5;
    private static final int CLOSE_SECONDS = 2;

    private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicBoolean comes = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, SettleThread::daemon);
    private final int waitMillis;

    /** Works from the first work on. */
    public SettleThread() {
        this(WAIT_MILLIS);
    }

    SettleThread(int waitMillis) {
        this.waitMillis = waitMillis;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "kvkeep-settle");
        thread.setDaemon(true);
        return thread;
    }

    /** Does some work soon, after what was given before; what fails in it is logged. After the end it is dropped. */
    public void later(Runnable work) {
        if (!waiting.offer(work)) {
            run(work);
            return;
        }
        if (comes.compareAndSet(false, true)) {
            try {
                executor.schedule(this::workThrough, waitMillis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("the reuse of one prompt is not counted: kvkeep ends");
            }
        }
    }

    private void workThrough() {
        comes.set(false); // first: work that is given from here on is either seen below or comes again
        Runnable work = waiting.poll();
        while (work != null) {
            run(work);
            work = waiting.poll();
        }
    }

    private static void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("the reuse of one prompt was not counted; please report this", e);
        }
    }

    /** Does what still waits, for at most two seconds. */
    @Override
    public void close() {
        try {
            executor.submit(this::workThrough).get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            LOG.debug("the reuse of the last prompts is not counted: {}", String.valueOf(e.getMessage()));
        } finally {
            executor.shutdownNow();
        }
    }
}
