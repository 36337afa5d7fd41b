package io.kvkeep.metrics;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.explain.Cause;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * All counts and times that kvkeep shows, under the names of the Prometheus conventions.
 *
 * <p>Labels are bounded, whatever clients send: engines come from the configuration; of agents and of models the first
 * have a name of their own, and of the pairs of both as well.
 */
/*
 * Over the usual length: each series has its name, help and labels at one place, and all of them share the bounds.
 */
public final class Metrics implements AutoCloseable {
    private static final int MAX_AGENTS = 50;
    private static final int MAX_MODELS = 50;
    private static final int MAX_PAIRS = 200;
    private static final int MAX_SERIES = 5_000;
    private static final Duration[] TO_FIRST_TOKEN =
            durations(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600);
    private static final Duration[] ADDED =
            durations(0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final AtomicInteger open = new AtomicInteger();
    private final Map<String, EngineUp> engines = new HashMap<>();
    private final BoundedNames agents = new BoundedNames(MAX_AGENTS);
    private final BoundedNames models = new BoundedNames(MAX_MODELS);
    private final BoundedNames pairs = new BoundedNames(MAX_PAIRS);
    // Looking a meter up in the registry builds its tags anew each time; a request touches a dozen meters.
    private final Cache<List<String>, Counter> counters = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_SERIES)
            .build();
    private final Cache<List<String>, Timer> timers = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_SERIES)
            .build();

    // Agents with their engines, of which all causes of breaks are shown.
    private final Set<List<String>> broken = ConcurrentHashMap.newKeySet();

    private final RuleMatches ruleMatches =
            new RuleMatches((agent, rule) -> ruleMatched(agent, rule, 0), (agent, rule) -> ruleMatched(agent, rule, 1));

    private final ProofMetrics proof = new ProofMetrics(new ProofMetrics.Meters() {
        @Override
        public Counter counter(String name, String description, String... tags) {
            return Metrics.this.counter(name, description, tags);
        }

        @Override
        public Timer timer(String name, String description, String... tags) {
            return Metrics.this.timer(name, description, new Duration[0], tags);
        }

        @Override
        public void gauge(String name, String description, AtomicReference<Double> value, String... tags) {
            Metrics.this.gauge(name, description, value::get, tags);
        }
    });

    private final ReloadMetrics reloads = new ReloadMetrics(this::gauge, this::reloaded);

    /**
     * Starts with the counts of the virtual machine.
     *
     * @param version kvkeep's own
     */
    public Metrics(String version) {
        // Their names are against the conventions of Prometheus, and nobody needs them.
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
                .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
        gauge("kvkeep.open.requests", "Requests that are under way.", open::get);
        Gauge.builder("kvkeep.build.info", () -> 1)
                .description("Constant 1; the version is a label.")
                .tag("version", version)
                .register(registry);
    }

    /** Shows the counts of an engine at zero: a rate over a series that begins later misses its first step. */
    public void expect(String engine) {
        originalResent(engine, 0);
    }

    /** Shows whether an engine answered when it was last asked. */
    public void engineUp(String engine, String kind, boolean up) {
        synchronized (engines) {
            EngineUp known = engines.get(engine);
            if (known == null || !known.kind.equals(kind)) {
                if (known != null) {
                    registry.remove(known.meter);
                }
                AtomicInteger value = new AtomicInteger();
                Gauge meter = Gauge.builder("kvkeep.engine.up", value, AtomicInteger::get)
                        .description("Whether the engine answered when it was last asked.")
                        .tags("engine", engine, "kind", kind)
                        .register(registry);
                known = new EngineUp(kind, meter, value);
                engines.put(engine, known);
            }
            known.value.set(up ? 1 : 0);
        }
    }

    /** An engine has one kind at a time, and a scrape finds one; its meter stays as long as the kind does. */
    private record EngineUp(String kind, Gauge meter, AtomicInteger value) {}

    /** Counts a request that begins; {@link #request} counts its end. */
    public void requestBegins() {
        open.incrementAndGet();
    }

    /** Tells whether no request is under way. */
    public boolean isQuiet() {
        return open.get() == 0;
    }

    /** Counts a request that is over. */
    public void request(String agent, String dialect, String engine, String outcome) {
        open.decrementAndGet();
        counter(
                        "kvkeep.requests",
                        "Requests by what became of them.",
                        "agent",
                        agent,
                        "dialect",
                        dialect,
                        "engine",
                        engine,
                        "outcome",
                        outcome)
                .increment();
    }

    /** Counts tokens of prompts as they were sent. */
    public void promptTokens(String agent, String engine, String model, String source, String reuse, double tokens) {
        counter(
                        "kvkeep.prompt.tokens",
                        "Prompt tokens as sent, by the engine's report or kvkeep's estimate; never add up both.",
                        "agent",
                        agent,
                        "engine",
                        engine,
                        "model",
                        model,
                        "source",
                        source,
                        "reuse",
                        reuse)
                .increment(tokens);
    }

    /** Counts tokens of prompts as they would have been reused had they been sent as they came. */
    public void promptTokensAsItCame(String agent, String engine, String model, String reuse, double tokens) {
        counter(
                        "kvkeep.prompt.tokens.as.it.came",
                        "Prompt tokens had the requests gone out unchanged, estimated.",
                        "agent",
                        agent,
                        "engine",
                        engine,
                        "model",
                        model,
                        "reuse",
                        reuse)
                .increment(tokens);
    }

    /** Counts a rebuilt system text whose stable part was as before. */
    public void rebuildDropped(String agent) {
        counter(
                        "kvkeep.rebuilds.dropped",
                        "System texts that the agent rebuilt while their stable part stayed the same.",
                        "agent",
                        agent)
                .increment();
    }

    /** Counts edits of a request that have one reason. */
    public void edits(String agent, String reason, int count) {
        counter("kvkeep.edits", "Edits of requests by reason.", "agent", agent, "reason", reason)
                .increment(count);
    }

    /**
     * Counts a break. From the first one of an agent on all causes are shown: a rate over a series that begins later misses
     * its first step, and some causes come once a day.
     *
     * @param tokens how many prompt tokens lie behind it
     */
    public void broken(String agent, String engine, Cause cause, double tokens) {
        if (broken.add(List.of(agents.of(agent), engine))) {
            for (Cause each : Cause.values()) {
                broken(agent, engine, each, 0, 0);
            }
        }
        broken(agent, engine, cause, 1, tokens);
    }

    private void broken(String agent, String engine, Cause cause, int breaks, double tokens) {
        counter(
                        "kvkeep.breaks",
                        "Places where a prompt as sent left what the engine holds, by cause.",
                        "agent",
                        agent,
                        "engine",
                        engine,
                        "cause",
                        cause.id())
                .increment(breaks);
        counter(
                        "kvkeep.break.tokens",
                        "Prompt tokens behind breaks, by cause; estimated.",
                        "agent",
                        agent,
                        "engine",
                        engine,
                        "cause",
                        cause.id())
                .increment(tokens);
    }

    /** Returns what counts the matches of rules; agents and rules come from profiles. */
    public RuleMatches ruleMatches() {
        return ruleMatches;
    }

    private void ruleMatched(String agent, String rule, int requests) {
        counter(
                        "kvkeep.profile.rule.matches",
                        "Requests of an agent in which a rule of its profile found something.",
                        "agent",
                        agent,
                        "section",
                        rule)
                .increment(requests);
    }

    /** Returns what shows the worth of rewriting. */
    public ProofMetrics proof() {
        return proof;
    }

    /** Returns what counts how often the configuration was read anew. */
    public ReloadMetrics reloads() {
        return reloads;
    }

    private void reloaded(String result, int times) {
        counter(
                        "kvkeep.config.reloads",
                        "How often the configuration was read anew, by what came of it.",
                        "result",
                        result)
                .increment(times);
    }

    /** Counts a request that was sent as it came although its path carries prompts. */
    public void passthrough(String reason) {
        counter("kvkeep.passthrough", "Prompts that were sent as they came, by reason.", "reason", reason)
                .increment();
    }

    /** Counts a determined request, by where its answer comes from. */
    public void repeat(String kind, String engine, String result) {
        counter(
                        "kvkeep.repeats",
                        "Determined requests by where their answer came from.",
                        "kind",
                        kind,
                        "engine",
                        engine,
                        "result",
                        result)
                .increment();
    }

    /** Counts a read-ahead that is over, by how it ended. */
    public void readAhead(String agent, String engine, String reason, String result) {
        readAhead("kvkeep.read.aheads", "Read-aheads by how they ended.", agent, engine, reason, result)
                .increment();
    }

    /** Counts tokens that were read ahead, and what became of them. */
    public void readAheadTokens(String agent, String engine, String reason, String result, double tokens) {
        String help = "Prompt tokens read ahead, and of these the ones used, wasted, or not told of.";
        readAhead("kvkeep.read.ahead.tokens", help, agent, engine, reason, result)
                .increment(tokens);
    }

    /** Counts time that reading ahead took in idle time, or saved at the next turn. */
    public void readAheadSeconds(String agent, String engine, String reason, String result, double seconds) {
        String help = "Seconds that reading ahead took, and that it saved, estimated.";
        readAhead("kvkeep.read.ahead.seconds", help, agent, engine, reason, result)
                .increment(seconds);
    }

    private Counter readAhead(String name, String help, String agent, String engine, String reason, String result) {
        return counter(name, help, "agent", agent, "engine", engine, "reason", reason, "result", result);
    }

    /** Counts a rewritten request that the engine refused and that was then sent as it came. */
    public void originalResent(String engine) {
        originalResent(engine, 1);
    }

    private void originalResent(String engine, int requests) {
        counter(
                        "kvkeep.original.resent",
                        "Rewritten requests that the engine answered with 4xx, sent once more as they came.",
                        "engine",
                        engine)
                .increment(requests);
    }

    /** Takes the time from the end of a request to the first byte of its answer's body. */
    public void timeToFirstToken(String agent, String engine, long nanos) {
        timer(
                        "kvkeep.time.to.first.token",
                        "From the end of the request to the first byte of the answer's body.",
                        TO_FIRST_TOKEN,
                        "agent",
                        agent,
                        "engine",
                        engine)
                .record(Duration.ofNanos(nanos));
    }

    /** Takes the time that kvkeep held a request. */
    public void added(String path, long nanos) {
        timer(
                        "kvkeep.added",
                        "From the last byte of the request read to its last byte handed to the engine's socket.",
                        ADDED,
                        "path",
                        path)
                .record(Duration.ofNanos(nanos));
    }

    /** Shows a value that is asked for at each scrape; tags as names and values in turn. */
    public void gauge(String name, String description, Supplier<Number> value, String... tags) {
        Gauge.builder(name, value).description(description).tags(tags).register(registry);
    }

    /** Returns everything in the text form of Prometheus. */
    public String scrape() {
        synchronized (engines) {
            return registry.scrape();
        }
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    /** A series for each set of tags: those that came too late share one. */
    private Counter counter(String name, String description, String... tags) {
        bound(tags);
        return counters.get(
                key(name, tags),
                missing -> Counter.builder(name)
                        .description(description)
                        .tags(tags)
                        .register(registry));
    }

    /** Names and values in turn; the agent stands before the model. */
    private void bound(String... tags) {
        String agent = "";
        for (int i = 0; i < tags.length; i += 2) {
            if (tags[i].equals("agent")) {
                agent = agents.of(tags[i + 1]);
                tags[i + 1] = agent;
            } else if (tags[i].equals("model")) {
                String model = models.of(tags[i + 1]);
                boolean late = pairs.of(agent + '\n' + model).equals(BoundedNames.OTHER);
                tags[i + 1] = late ? BoundedNames.OTHER : model;
            }
        }
    }

    private Timer timer(String name, String description, Duration[] buckets, String... tags) {
        bound(tags);
        return timers.get(
                key(name, tags),
                missing -> Timer.builder(name)
                        .description(description)
                        .serviceLevelObjectives(buckets)
                        .tags(tags)
                        .register(registry));
    }

    private static List<String> key(String name, String... tags) {
        String[] key = new String[tags.length + 1];
        key[0] = name;
        System.arraycopy(tags, 0, key, 1, tags.length);
        return List.of(key);
    }

    private static Duration[] durations(double... seconds) {
        Duration[] durations = new Duration[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            durations[i] = Duration.ofNanos(Math.round(seconds[i] * 1e9));
        }
        return durations;
    }
}
