package io.kvkeep.settle;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for what is to be counted once an answer has gone through, so that no stream on an event loop waits for it.
 *
 * <p>It gathers work for a moment: to begin at once would take the processor from the event loop just when an agent
 * sends its next request, on a machine with one core to spare. What waits for it holds whole prompts, so no more than a
 * few do; beyond them the caller does the work itself.
 */
public final class SettleThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SettleThread.class);
    private static final int MAX_WAITING = 64;
    private static final int GATHER_MILLIS = 10;
    private static final int CLOSE_SECONDS = 2;

    private final Queue<Runnable> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicBoolean gathers = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor executor;

    /** Starts with the first work. */
    public SettleThread() {
        this(new ScheduledThreadPoolExecutor(1, SettleThread::daemon, new DiscardPolicy()));
    }

    SettleThread(ScheduledThreadPoolExecutor executor) {
        this.executor = executor;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "kvkeep-settle");
        thread.setDaemon(true);
        return thread;
    }

    /** Does some work soon, after what was given before; what fails in it is logged. */
    public void later(Runnable work) {
        if (!waiting.offer(work)) {
            settle(work);
        } else if (!gathers.getAndSet(true)) {
            executor.schedule(this::settleAll, GATHER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // a hint is all that is wanted: nothing is wrong if it is not taken
    private void settleAll() {
        gathers.set(false);
        for (Runnable work = waiting.poll(); work != null; work = waiting.poll()) {
            settle(work);
            Thread.yield(); // to a request that has come meanwhile
        }
    }

    private static void settle(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) { // an executor would keep an error to itself, and what waits behind it
            LOG.warn("the reuse of one prompt was not counted; please report this", e);
        }
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
