package io.kvkeep.turns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.engine.Engine;
import io.kvkeep.explain.Break;
import io.kvkeep.explain.EngineState;
import io.kvkeep.explain.Explainer;
import io.kvkeep.explain.Explainer.Told;
import io.kvkeep.explain.Explanation;
import io.kvkeep.explain.Outliner;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.plan.Edit;
import io.kvkeep.settle.ModelName;
import io.kvkeep.settle.Settlement.Reused;
import io.kvkeep.template.Truth;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Explains each prompt behind its answer, counts its breaks, and keeps the last turns. For any thread. */
public final class Turns {
    private static final int MAX_TURNS = 1_000;
    private static final int MAX_BYTES = 2 << 20;
    /** Each keeps the outlines of at most 64 conversations. */
    private static final int MAX_EXPLAINERS = 20;

    private static final int TENANT_DIGITS = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Metrics metrics;
    private final LongSupplier millis;
    private final EngineReturns returns;
    private final Outliner outliner = new Outliner();
    private final TurnLog log = new TurnLog(MAX_TURNS, MAX_BYTES);
    private final Cache<EngineModel, Explainer> explainers = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_EXPLAINERS)
            .build();

    /**
     * Starts with nothing known.
     *
     * @param millis a clock in milliseconds since 1970
     */
    public Turns(Metrics metrics, EngineReturns returns, LongSupplier millis) {
        this.metrics = metrics;
        this.returns = returns;
        this.millis = millis;
    }

    /** Takes a prompt whose answer has gone through. */
    public void settle(TurnFacts facts) {
        String model = ModelName.of(facts.rewrite().prompt());
        long sentMillis = millis.getAsLong() - TimeUnit.NANOSECONDS.toMillis(facts.sentAgoNanos());
        returns.seen(true, sentMillis);
        Explainer explainer =
                explainers.get(new EngineModel(facts.engine().name(), model), missing -> new Explainer(outliner));
        Explanation told = explainer.explain(
                new Told(facts.rewrite(), facts.plan(), facts.stretches(), facts.lane(), sentMillis, facts.usage()),
                state(facts.engine(), facts.rewrite().prompt().model().orElse("")),
                facts.reused().bytes(),
                facts.reused().cameBytes());
        told.sent().ifPresent(found -> count(facts, found));
        told.engine().ifPresent(found -> count(facts, found));
        log.add(turn(facts, model, sentMillis, told));
    }

    /** Says that the engine is not there. */
    public void engineGone() {
        returns.seen(false, millis.getAsLong());
    }

    private EngineState state(Engine engine, String model) {
        Truth printsDate = engine.facts()
                .model(model)
                .map(known -> known.template().printsDate().value())
                .orElse(Truth.UNKNOWN);
        return new EngineState(engine.capabilities(model), printsDate, returns.backSinceMillis());
    }

    private void count(TurnFacts facts, Break found) {
        metrics.broken(found.agent(), facts.engine().name(), found.cause().id(), (double) found.behindTokens());
    }

    private static Turn turn(TurnFacts facts, String model, long sentMillis, Explanation told) {
        Map<String, Integer> edits = new TreeMap<>();
        for (Edit edit : facts.plan().edits()) {
            edits.merge(edit.reason().id(), 1, Integer::sum);
        }
        String tenant =
                HexFormat.of().toHexDigits(facts.rewrite().entry().lane().tenant());
        boolean cachedTold = facts.usage().cachedTokens().isPresent();
        return new Turn(
                0,
                sentMillis,
                tenant.substring(0, TENANT_DIGITS),
                facts.rewrite().profile().agent(),
                facts.dialect().id(),
                facts.engine().name(),
                model,
                facts.lane(),
                facts.rewrite().sideRequest().orElse(null),
                facts.reused().promptBytes(),
                told.promptTokens(),
                facts.usage().promptTokens().isPresent(),
                cachedTold ? facts.usage().cachedTokens().getAsLong() : null,
                told.predictedTokens(),
                told.predictedAsItCameTokens(),
                ifRewritten(facts.reused(), told),
                TimeUnit.NANOSECONDS.toMillis(facts.firstTokenNanos()),
                facts.readBefore().orElse(null),
                edits,
                place(told.sent()),
                place(told.came()),
                place(told.engine()));
    }

    private static @Nullable Long ifRewritten(Reused reused, Explanation told) {
        if (reused.ifRewrittenBytes().isEmpty()) {
            return null;
        }
        double tokensPerByte = (double) told.promptTokens() / Math.max(1, reused.promptBytes());
        return Math.min(
                told.promptTokens(), Math.round(reused.ifRewrittenBytes().getAsInt() * tokensPerByte));
    }

    private static Turn.@Nullable Place place(Optional<Break> found) {
        return found.map(Turn.Place::of).orElse(null);
    }

    /**
     * Returns the turns behind an id as JSON: {@code {"turns": [...], "last": ID}}, the oldest first.
     *
     * @param query what stands behind the question mark: {@code since=ID}, or nothing for all that are kept
     * @return empty if the query is another one
     */
    public Optional<String> json(String query) {
        Optional<Long> since = since(query);
        if (since.isEmpty()) {
            return Optional.empty();
        }
        List<Turn> later = log.since(since.get());
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("turns", later);
        page.put(
                "last",
                later.isEmpty() ? since.get() : later.get(later.size() - 1).id());
        try {
            return Optional.of(JSON.writeValueAsString(page) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("turns can't be written", e);
        }
    }

    private static Optional<Long> since(String query) {
        if (query.isEmpty()) {
            return Optional.of(0L);
        }
        return query.matches("since=[0-9]{1,18}")
                ? Optional.of(Long.parseLong(query.substring("since=".length())))
                : Optional.empty();
    }

    private record EngineModel(String engine, String model) {}
}
