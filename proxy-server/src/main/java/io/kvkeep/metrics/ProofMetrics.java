package io.kvkeep.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** What shows the worth of rewriting: the other form of each prompt, the groups of a holdout, seconds of prefill. */
public final class ProofMetrics {
    private final Meters meters;
    private final Map<String, AtomicReference<Double>> speeds = new ConcurrentHashMap<>();

    /** Counts in the same registry as all others. */
    ProofMetrics(Meters meters) {
        this.meters = meters;
    }

    /** Where meters come from; agents and models in tags are bounded there. */
    interface Meters {
        Counter counter(String name, String description, String... tags);

        Timer timer(String name, String description, String... tags);

        void gauge(String name, String description, AtomicReference<Double> value, String... tags);
    }

    /**
     * Counts tokens of a prompt that went out as it came.
     *
     * @param form {@code as-it-came}, or {@code if-rewritten}: had kvkeep rewritten all
     */
    public void observed(String agent, String engine, String model, String form, double reused, double reprocessed) {
        observed(agent, engine, model, form, "reused").increment(reused);
        observed(agent, engine, model, form, "reprocessed").increment(reprocessed);
    }

    private Counter observed(String agent, String engine, String model, String form, String reuse) {
        return meters.counter(
                "kvkeep.observed.prompt.tokens",
                "Tokens of prompts that went out as they came, so and had kvkeep rewritten all; estimated.",
                "agent",
                agent,
                "engine",
                engine,
                "model",
                model,
                "form",
                form,
                "reuse",
                reuse);
    }

    /**
     * Counts a prompt in its group of a holdout.
     *
     * @param firstTokenNanos 0 if the answer had no body
     */
    public void turn(String agent, String group, long firstTokenNanos) {
        meters.counter("kvkeep.holdout.turns", "Prompts of the groups of a holdout.", "agent", agent, "group", group)
                .increment();
        if (firstTokenNanos > 0) {
            meters.timer(
                            "kvkeep.holdout.time.to.first.token",
                            "Time to first token of the groups of a holdout.",
                            "agent",
                            agent,
                            "group",
                            group)
                    .record(Duration.ofNanos(firstTokenNanos));
        }
    }

    /** Counts tokens of a prompt in its group of a holdout. */
    public void groupTokens(String agent, String group, String source, double reused, double reprocessed) {
        groupTokens(agent, group, source, "reused").increment(reused);
        groupTokens(agent, group, source, "reprocessed").increment(reprocessed);
    }

    private Counter groupTokens(String agent, String group, String source, String reuse) {
        return meters.counter(
                "kvkeep.holdout.prompt.tokens",
                "Prompt tokens of the groups of a holdout, by the engine's report or kvkeep's estimate.",
                "agent",
                agent,
                "group",
                group,
                "source",
                source,
                "reuse",
                reuse);
    }

    /** Counts the time that an engine did not read, or read in vain if it is less than 0. */
    public void prefillSaved(String agent, String engine, double seconds) {
        Counter saved = meters.counter(
                "kvkeep.prefill.saved.seconds",
                "Time of reading prompts that rewriting saved, at the speed measured of the engine.",
                "agent",
                agent,
                "engine",
                engine);
        Counter lost = meters.counter(
                "kvkeep.prefill.lost.seconds",
                "Time of reading prompts that rewriting cost, at the speed measured of the engine.",
                "agent",
                agent,
                "engine",
                engine);
        (seconds >= 0 ? saved : lost).increment(Math.abs(seconds));
    }

    /** Shows how fast an engine reads. */
    public void prefillSpeed(String engine, String model, double tokensPerSecond) {
        speeds.computeIfAbsent(engine + "\n" + model, missing -> {
                    AtomicReference<Double> value = new AtomicReference<>(tokensPerSecond);
                    meters.gauge(
                            "kvkeep.prefill.tokens.per.second",
                            "How fast the engine reads prompts, as measured.",
                            value,
                            "engine",
                            engine,
                            "model",
                            model);
                    return value;
                })
                .set(tokensPerSecond);
    }
}
