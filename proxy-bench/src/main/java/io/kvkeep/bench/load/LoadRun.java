package io.kvkeep.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One closed loop: every connection sends its next request when the answer to the last one is complete. */
public final class LoadRun {
    /** A request that has no answer so long after the end of the run never gets one. */
    private static final int GRACE_MILLIS = 10_000;

    private final LoadOrder order;
    private final AtomicLong serials;
    private final CountDownLatch ready;
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile long endNanos;

    private LoadRun(LoadOrder order) {
        this.order = order;
        serials = new AtomicLong(order.firstSerial());
        ready = new CountDownLatch(order.connections());
    }

    /** Runs the order to its end. */
    public static LoadResult run(LoadOrder order) throws InterruptedException {
        return new LoadRun(order).run();
    }

    private LoadResult run() throws InterruptedException {
        List<LoadWorker> workers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < order.connections(); i++) {
            LoadWorker worker = new LoadWorker(this);
            workers.add(worker);
            threads.add(new Thread(worker, "connection " + i));
        }
        threads.forEach(Thread::start);
        ready.await(GRACE_MILLIS, TimeUnit.MILLISECONDS);
        long start = System.nanoTime();
        endNanos = start + TimeUnit.MILLISECONDS.toNanos(order.millis());
        go.countDown();
        long deadline = endNanos + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
        for (Thread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
        }
        workers.forEach(LoadWorker::abandon);
        for (Thread thread : threads) {
            thread.join();
        }
        return LoadTally.of(workers, (System.nanoTime() - start) / 1e9);
    }

    LoadOrder order() {
        return order;
    }

    long nextSerial() {
        return serials.getAndIncrement();
    }

    /** Waits until all connections are open and warm. */
    void awaitStart() throws InterruptedException {
        ready.countDown();
        go.await();
    }

    boolean over() {
        return System.nanoTime() - endNanos >= 0;
    }
}
