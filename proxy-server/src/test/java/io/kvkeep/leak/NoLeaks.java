package io.kvkeep.leak;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a class of tests that has left a buffer unreleased. */
public final class NoLeaks implements AfterAllCallback {
    private static final int COLLECTIONS = 2;
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(5);

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        List<String> leaks = find();
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " buffers were not released, such as " + leaks.get(0));
        }
    }

    /** Collects garbage and lets Netty look at what was collected. */
    static List<String> find() throws InterruptedException {
        List<String> leaks = new ArrayList<>();
        for (int i = 0; i < COLLECTIONS; i++) {
            collect();
            // Leaks are looked for whenever a buffer is taken.
            PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
            UnpooledByteBufAllocator.DEFAULT.heapBuffer(1).release();
            leaks.addAll(LeakRecorder.take());
        }
        return leaks;
    }

    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        WeakReference<Object> canary = new WeakReference<>(new Object(), collected);
        System.gc();
        if (collected.remove(PATIENCE_MILLIS) == null || canary.get() != null) {
            throw new AssertionError("the virtual machine collects no garbage");
        }
    }
}
