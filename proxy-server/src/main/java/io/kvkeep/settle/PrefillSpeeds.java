package io.kvkeep.settle;

import io.kvkeep.metrics.ProofMetrics;
import io.kvkeep.reuse.PrefillTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How fast each engine reads prompts of each model. For any thread.
 *
 * <p>An engine's own figures count. Where it tells none, the time to the first token is taken, which holds queues and the
 * first step too: of these the fastest counts, so that no gain is made of them. Short readings are left out; their time
 * is mostly not reading, and a speed that is too low would promise too much.
 */
final class PrefillSpeeds {
    private static final int MAX_MODELS = 50;
    private static final long LEAST_TOKENS = 256;
    private static final long LEAST_TOKENS_BY_CLOCK = 1_024;
    /** How much of the past is left with each reading: about the last fifty count. */
    private static final double KEPT = 0.98;
    /** A fastest reading loses its place in a few hundred, should the machine have become slower. */
    private static final double KEPT_OF_FASTEST = 0.998;

    private final ProofMetrics metrics;
    private final Map<EngineModel, Speed> speeds = new LinkedHashMap<>();

    PrefillSpeeds(ProofMetrics metrics) {
        this.metrics = metrics;
    }

    /** Takes what one prompt shows. */
    synchronized void add(Answered answered, String model) {
        Optional<PrefillTime> told = answered.prefill().filter(time -> time.tokens() >= LEAST_TOKENS);
        OptionalLong read = read(answered);
        boolean byClock = read.isPresent()
                && read.getAsLong() >= LEAST_TOKENS_BY_CLOCK
                && answered.firstTokenNanos() > 0
                && answered.prefill().isEmpty();
        if (told.isEmpty() && !byClock) {
            return;
        }
        EngineModel key = new EngineModel(answered.engine(), model);
        Speed speed = speeds.get(key);
        if (speed == null) {
            if (speeds.size() >= MAX_MODELS) {
                return;
            }
            speed = new Speed();
            speeds.put(key, speed);
        }
        if (told.isPresent()) {
            speed.told(told.get());
        } else {
            speed.clocked(read.orElse(0), answered.firstTokenNanos());
        }
        metrics.prefillSpeed(key.engine, key.model, speed.tokensPerSecond);
    }

    private static OptionalLong read(Answered answered) {
        OptionalLong all = answered.usage().promptTokens();
        OptionalLong cached = answered.usage().cachedTokens();
        return all.isPresent() && cached.isPresent()
                ? OptionalLong.of(all.getAsLong() - cached.getAsLong())
                : OptionalLong.empty();
    }

    /** Returns tokens per second; empty if nothing is known. */
    synchronized OptionalDouble of(String engine, String model) {
        @Nullable Speed speed = speeds.get(new EngineModel(engine, model));
        return speed == null ? OptionalDouble.empty() : OptionalDouble.of(speed.tokensPerSecond);
    }

    /** Returns tokens per second by the engine's own figures; empty if it told none. */
    synchronized OptionalDouble byEngine(String engine, String model) {
        @Nullable Speed speed = speeds.get(new EngineModel(engine, model));
        return speed == null || !speed.isTold() ? OptionalDouble.empty() : OptionalDouble.of(speed.tokensPerSecond);
    }

    /** Returns all that is known, one row for each engine and model. */
    synchronized Object status() {
        return speeds.entrySet().stream()
                .map(entry -> new Row(
                        entry.getKey().engine,
                        entry.getKey().model,
                        Math.round(entry.getValue().tokensPerSecond),
                        entry.getValue().isTold() ? "engine" : "time to first token"))
                .toList();
    }

    private record EngineModel(String engine, String model) {}

    /** One row of the status. */
    private record Row(String engine, String model, long tokensPerSecond, String from) {}

    private static final class Speed {
        private double tokens;
        private double seconds;
        private double tokensPerSecond;

        void told(PrefillTime time) {
            tokens = tokens * KEPT + time.tokens();
            seconds = seconds * KEPT + time.millis() / 1e3;
            tokensPerSecond = tokens / seconds;
        }

        boolean isTold() {
            return seconds > 0;
        }

        void clocked(long read, long nanos) {
            if (!isTold()) {
                double now = read / (nanos / (double) TimeUnit.SECONDS.toNanos(1));
                tokensPerSecond = Math.max(now, tokensPerSecond * KEPT_OF_FASTEST);
            }
        }
    }
}
