package io.kvkeep.wire;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Looks at a condition again and again on a thread of its own, and lets another thread wait for it. */
final class Watch implements AutoCloseable {
    private static final long LOOK_MILLIS = 2;

    private final CompletableFuture<Boolean> cameTrue = new CompletableFuture<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor();

    Watch(BooleanSupplier condition) {
        looks.scheduleWithFixedDelay(() -> look(condition), 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look(BooleanSupplier condition) {
        try {
            if (condition.getAsBoolean()) {
                cameTrue.complete(true);
            }
        } catch (RuntimeException | Error e) {
            cameTrue.completeExceptionally(e);
        }
    }

    /** Tells whether the condition comes true in time. */
    boolean await(Duration patience) throws InterruptedException {
        try {
            return cameTrue.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new AssertionError("looking failed", e.getCause());
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
