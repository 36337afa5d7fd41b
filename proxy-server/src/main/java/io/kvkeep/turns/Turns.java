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
import io.kvkeep.settle.ModelName;
import io.kvkeep.settle.Settlement.Reused;
import io.kvkeep.template.Truth;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Explains each prompt behind its answer, counts its breaks, and keeps the last turns. For any thread. */
public final class Turns {
    private static final int MAX_TURNS = 1_000;
    private static final int MAX_BYTES = 4 << 20;
    private static final int MAX_SENT_AT_ONCE = 100;
    /** Each keeps the outlines of at most 64 conversations. */
    private static final int MAX_EXPLAINERS = 20;

    private static final int TENANT_DIGITS = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Metrics metrics;
    private final LongSupplier millis;
    private final EngineReturns returns;
    private final Outliner outliner = new Outliner();
    private final TurnLog log = new TurnLog(MAX_TURNS, MAX_BYTES);
    private final TurnTexts texts = TurnTexts.ofHeap();
    private final BooleanSupplier showsText;
    private final TurnPage page;
    private final String run;
    private volatile Runnable listener = () -> {};
    private final Cache<EngineModel, Explainer> explainers = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_EXPLAINERS)
            .build();

    /**
     * Starts with nothing known.
     *
     * @param millis a clock in milliseconds since 1970
     * @param showsText whether the operator may see text of prompts now; only then is any kept
     */
    public Turns(Metrics metrics, EngineReturns returns, LongSupplier millis, BooleanSupplier showsText) {
        this.metrics = metrics;
        this.returns = returns;
        this.millis = millis;
        this.showsText = showsText;
        this.page = new TurnPage(outliner, texts, showsText);
        this.run = Long.toString(millis.getAsLong(), Character.MAX_RADIX);
    }

    /** Calls this behind each turn, on the thread that relays it: it must not take long. */
    public void onTurn(Runnable told) {
        listener = told;
    }

    /** Returns what tells this run from others, whose turns have the same ids. */
    public String run() {
        return run;
    }

    /** Takes a prompt whose answer has gone through. */
    public void settle(TurnFacts facts) {
        String model = ModelName.of(facts.rewrite().prompt());
        long sentMillis = millis.getAsLong() - TimeUnit.NANOSECONDS.toMillis(facts.sentAgoNanos());
        returns.seen(true, sentMillis);
        Explainer explainer =
                explainers.get(new EngineModel(facts.engine().name(), model), missing -> new Explainer(outliner));
        EngineState state =
                state(facts.engine(), facts.rewrite().prompt().model().orElse(""));
        log.add(id -> {
            Explanation told = explainer.explain(
                    new Told(
                            facts.rewrite(),
                            facts.plan(),
                            facts.stretches(),
                            facts.lane(),
                            sentMillis,
                            facts.usage(),
                            id),
                    state,
                    facts.reused().bytes(),
                    facts.reused().cameBytes());
            told.sent().ifPresent(found -> count(facts, found));
            told.engine().ifPresent(found -> count(facts, found));
            if (showsText.getAsBoolean()) {
                texts.keep(
                        id, facts.rewrite(), facts.plan(), state.capabilities().toolsPlace());
            } else {
                texts.forget();
            }
            return new TurnLog.Kept(
                    turn(id, facts, model, sentMillis, told),
                    TurnDetail.of(
                            facts.plan(),
                            told.sentSides().orElse(null),
                            told.cameSides().orElse(null)));
        });
        listener.run();
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
        metrics.broken(found.agent(), facts.engine().name(), found.cause(), (double) found.behindTokens());
    }

    private static Turn turn(long id, TurnFacts facts, String model, long sentMillis, Explanation told) {
        OptionalDouble tokensPerSecond = facts.tokensPerSecond();
        String tenant =
                HexFormat.of().toHexDigits(facts.rewrite().entry().lane().tenant());
        boolean cachedTold = facts.usage().cachedTokens().isPresent();
        return new Turn(
                id,
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
                told.promptAsItCameTokens(),
                facts.usage().promptTokens().isPresent(),
                cachedTold ? facts.usage().cachedTokens().getAsLong() : null,
                told.predictedTokens(),
                told.predictedAsItCameTokens(),
                ifRewritten(facts.reused(), told),
                TimeUnit.NANOSECONDS.toMillis(facts.firstTokenNanos()),
                facts.readBefore().orElse(null),
                facts.plan().counts(),
                place(told.sent(), tokensPerSecond),
                place(told.came(), tokensPerSecond),
                place(told.engine(), tokensPerSecond),
                facts.prefill().map(one -> one.millis()).orElse(null),
                tokensPerSecond.isPresent() ? Math.round(10 * tokensPerSecond.getAsDouble()) / 10.0 : null);
    }

    private static @Nullable Long ifRewritten(Reused reused, Explanation told) {
        if (reused.ifRewrittenBytes().isEmpty()) {
            return null;
        }
        double tokensPerByte = (double) told.promptTokens() / Math.max(1, reused.promptBytes());
        return Math.min(
                told.promptTokens(), Math.round(reused.ifRewrittenBytes().getAsInt() * tokensPerByte));
    }

    private static Turn.@Nullable Place place(Optional<Break> found, OptionalDouble tokensPerSecond) {
        return found.map(one -> Turn.Place.of(one, tokensPerSecond)).orElse(null);
    }

    /**
     * Returns the turns behind an id as JSON: {@code {"run": RUN, "turns": [...], "last": ID}}, the oldest first.
     *
     * @param query what stands behind the question mark: {@code since=ID}, or nothing for all that are kept
     * @return empty if the query is another one
     */
    public Optional<String> json(String query) {
        return since(query).map(id -> page(id, MAX_TURNS).json + "\n");
    }

    /** Returns the first turns behind an id, a hundred at most, in the same form. */
    public Page behind(long id) {
        return page(id, MAX_SENT_AT_ONCE);
    }

    private Page page(long since, int most) {
        List<Turn> later = log.since(since, most);
        long last = later.isEmpty() ? since : later.get(later.size() - 1).id();
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("run", run);
        told.put("turns", later);
        told.put("last", last);
        try {
            return new Page(JSON.writeValueAsString(told), last);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("turns can't be written", e);
        }
    }

    /**
     * Some turns.
     *
     * @param json one line
     * @param last the id to go on from; the one that was asked for if there is none behind it
     */
    public record Page(String json, long last) {}

    /** Returns everything about one turn as JSON: the turn, its edits, both sides of its breaks; empty if it is gone. */
    public Optional<String> json(long id) {
        return log.of(id).map(kept -> page.json(kept.turn(), kept.detail()));
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
