package io.kvkeep.metrics;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** What came of reading the configuration. */
public final class ReloadMetrics {
    private final AtomicLong appliedMillis = new AtomicLong();
    private final Runnable show;
    private final BiConsumer<String, Integer> counter;
    private volatile boolean successful = true;
    private boolean shown;

    /**
     * Counts into metrics.
     *
     * @param gauge shows a value: its name, what it says, and where it comes from
     * @param counter counts so many reloads with a result
     */
    ReloadMetrics(Gauge gauge, BiConsumer<String, Integer> counter) {
        this.counter = counter;
        this.show = () -> {
            gauge.show(
                    "kvkeep.config.last.reload.successful",
                    "Whether the configuration that was read last holds.",
                    () -> successful ? 1 : 0);
            gauge.show(
                    "kvkeep.config.last.reload.success.timestamp.seconds",
                    "When a configuration without mistakes was read last.",
                    () -> appliedMillis.get() / 1e3);
        };
    }

    /** Shows a value at each scrape. */
    interface Gauge {
        void show(String name, String description, Supplier<Number> value);
    }

    /** Counts a reload by its result. */
    public void reloaded(String result) {
        counter.accept(result, 1);
    }

    /** Says that a configuration was read without a mistake. */
    public synchronized void applied(long millis) {
        appliedMillis.set(millis);
        successful = true;
        if (!shown) {
            shown = true;
            show.run();
            counter.accept("applied", 0);
            counter.accept("refused", 0);
        }
    }

    /** Says that something was wrong with the configuration that was read last. */
    public void refused() {
        successful = false;
    }
}
