package io.kvkeep.readahead;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A thread of its own, started with the first task. */
final class OneThread implements Later {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "kvkeep-read-ahead");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    public void run(Runnable task, long millis) {
        try {
            executor.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // closed meanwhile: nothing is read ahead any more
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
