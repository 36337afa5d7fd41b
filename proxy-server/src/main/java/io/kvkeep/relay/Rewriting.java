package io.kvkeep.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.ahead.Renewed;
import io.kvkeep.answer.Emitted;
import io.kvkeep.config.Config;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Mode;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.engine.Engine;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Learned;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.outgoing.Outgoing;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.reading.EndedTurn;
import io.kvkeep.reading.Renewals;
import io.kvkeep.reload.Ledgers;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.settle.Group;
import io.kvkeep.settle.Holdout;
import io.kvkeep.settle.ModelName;
import io.kvkeep.settle.Tenant;
import io.kvkeep.settle.Tenants;
import io.kvkeep.store.LaneStore;
import io.kvkeep.store.Steering;
import io.kvkeep.template.Truth;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands request bodies to the core, and sends the original whenever the core can't do its work: an error in here is
 * counted, and the user's chat goes on.
 */
@SuppressWarnings("ReferenceEquality") // two ledgers, or one in both places
final class Rewriting implements Renewals {
    private static final Logger LOG = LoggerFactory.getLogger(Rewriting.class);
    private static final int MAX_REFUSING_MODELS = 1_000;
    /** A template refuses for good, a prompt that was only just too long does not; the difference is not told. */
    private static final Duration REFUSAL_HOLDS = Duration.ofMinutes(10);

    private final Rewriter rewriter;
    private final Tenants tenants;
    private final LaneStore ledger;
    private final LaneStore heldOut;
    private final Metrics metrics;
    private final Mode mode;
    private final Policy policy;
    private final LedgerOptions options;
    private final Policy gentle;
    private final Holdout holdout;
    private final Cache<RefusingModel, Boolean> refusing;

    Rewriting(Rewriter rewriter, Tenants tenants, Ledgers.Open ledgers, Metrics metrics, Config config) {
        this(
                rewriter,
                tenants,
                ledgers,
                metrics,
                config,
                new Holdout(config.holdoutPercent()),
                Caffeine.newBuilder()
                        .executor(Runnable::run)
                        .maximumSize(MAX_REFUSING_MODELS)
                        .expireAfterWrite(REFUSAL_HOLDS)
                        .build());
    }

    private Rewriting(
            Rewriter rewriter,
            Tenants tenants,
            Ledgers.Open ledgers,
            Metrics metrics,
            Config config,
            Holdout holdout,
            Cache<RefusingModel, Boolean> refusing) {
        this.rewriter = rewriter;
        this.tenants = tenants;
        this.ledger = ledgers.used();
        this.heldOut = ledgers.heldOut();
        this.metrics = metrics;
        this.mode = config.mode();
        this.policy = config.policy();
        this.options = config.ledger();
        this.gentle = policy.withPlacement(Placement.OFF);
        this.holdout = holdout;
        this.refusing = refusing;
    }

    /** Returns what prepares requests that begin after a change of the configuration. */
    Rewriting with(Rewriter nextRewriter, Ledgers.Open ledgers, Config next) {
        boolean same = next.holdoutPercent() == holdout.percent() && next.mode() == mode;
        Holdout nextHoldout = same ? holdout : new Holdout(next.holdoutPercent());
        return new Rewriting(nextRewriter, tenants, ledgers, metrics, next, nextHoldout, refusing);
    }

    boolean isOff() {
        return mode == Mode.OFF;
    }

    /** Says that a prompt passes unread, and why. */
    void passes(String reason) {
        metrics.passthrough(reason);
    }

    /** Prepares a request for the engine; never fails. */
    Outgoing prepare(Dialect dialect, HttpHeaders headers, byte[] body, Engine engine) {
        try {
            return rewrite(dialect, headers, body, engine);
        } catch (PromptNotUnderstood e) {
            passes(e.why().name().toLowerCase(Locale.ROOT).replace('_', '-'));
            LOG.debug("prompt passes as it came: {}", e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            passes("failure");
            LOG.warn("rewriting failed, the prompt passes as it came; please report this", e);
        }
        return Outgoing.asItCame(body);
    }

    private Outgoing rewrite(Dialect dialect, HttpHeaders headers, byte[] body, Engine engine)
            throws PromptNotUnderstood {
        Tenant tenant = tenants.of(headers);
        Incoming incoming =
                new Incoming(dialect, body, name -> headers.get(name, ""), tenant.tag(), tenant.scope(), engine.name());
        Rewrite rewrite = rewriter.rewrite(incoming, view(tenant, engine, headers), engine::capabilities, policy);
        String model = ModelName.of(rewrite.prompt());
        Rewrite apart = mode == Mode.REWRITE && holdout.mayHold(rewrite) ? heldOut(incoming, rewrite, engine) : null;
        if (apart != null) {
            return new Outgoing(
                    body, Optional.of(apart), scope(tenant, engine, model), goesOn(apart), false, Group.AS_IT_CAME);
        }
        boolean refuses = refusing.getIfPresent(new RefusingModel(engine.name(), model)) != null;
        if (refuses) {
            rewrite = rewriter.rewrite(incoming, LedgerView.EMPTY, Capabilities.UNKNOWN, gentle);
        }
        boolean edited = mode == Mode.REWRITE && !rewrite.plan().isEmpty();
        Group group = mode == Mode.REWRITE ? Group.REWRITTEN : Group.AS_IT_CAME;
        return new Outgoing(
                body, Optional.of(rewrite), scope(tenant, engine, model), !refuses && goesOn(rewrite), edited, group);
    }

    @Override
    public Optional<Renewed> renew(EndedTurn turn, boolean fold) {
        Tenant tenant = tenants.of(turn.headers());
        Engine engine = turn.engine();
        Incoming incoming = new Incoming(
                turn.dialect(),
                turn.rewrite().prompt().body(),
                name -> turn.headers().get(name, ""),
                tenant.tag(),
                tenant.scope(),
                engine.name());
        String model = ModelName.of(turn.rewrite().prompt());
        if (refusing.getIfPresent(new RefusingModel(engine.name(), model)) != null) {
            return Optional.empty();
        }
        LedgerView view = view(tenant, engine, turn.headers());
        return Renewed.of(rewriter, incoming, view, engine::capabilities, policy, turn.lane(), fold);
    }

    @Override
    public boolean keep(Renewed renewed) {
        return ledger.renew(renewed.entry());
    }

    /** Returns what would become of a request whose conversation is held out; null if it is not. */
    private @Nullable Rewrite heldOut(Incoming incoming, Rewrite rewrite, Engine engine) throws PromptNotUnderstood {
        Steering steering = new Steering(steering(engine).marks(), 0);
        String userAgent = incoming.headers().apply("user-agent");
        Learned learned = options.learns() ? ledger.learned().of(incoming.tenant(), userAgent) : Learned.NOTHING;
        Rewrite apart = rewriter.rewrite(incoming, heldOut.view(steering, learned), engine::capabilities, policy);
        return holdout.holds(rewrite, apart) ? apart : null;
    }

    /** Tells whether a later request can build on it: a text to be completed is alone, and nothing is put into it. */
    private static boolean goesOn(Rewrite rewrite) {
        List<Message> messages = rewrite.prompt().messages();
        return messages.size() > 1 || messages.stream().anyMatch(Message::takesNote);
    }

    private LedgerView view(Tenant tenant, Engine engine, HttpHeaders headers) {
        String userAgent = headers.get("user-agent", "");
        Learned learned = options.learns() ? ledger.learned().of(tenant.scope(), userAgent) : Learned.NOTHING;
        return ledger.view(steering(engine), learned);
    }

    private Steering steering(Engine engine) {
        boolean slots = engine.capabilities().cacheKind() == CacheKind.SLOTS;
        if (!options.marks() || !slots) {
            return Steering.NONE;
        }
        boolean pins = engine.facts().pinning().value() == Truth.YES && mode == Mode.REWRITE;
        return new Steering(true, pins ? (int) engine.facts().slots().value().orElse(0) : 0);
    }

    /** Says what the engine found of a lane in the slot named for it. */
    void slotCameBack(Outgoing outgoing, ReportedUsage usage) {
        Rewrite rewrite = outgoing.rewrite().orElse(null);
        if (rewrite == null || !outgoing.edited() || rewrite.entry().slot().isEmpty()) {
            return;
        }
        int slot = rewrite.entry().slot().getAsInt();
        if (rewrite.rebased()) {
            ledger.slotChanged(slot);
        } else if (usage.cachedTokens().isPresent() && usage.promptTokens().isPresent()) {
            ledger.slotCameBack(
                    slot, usage.promptTokens().getAsLong(), usage.cachedTokens().getAsLong());
        }
    }

    /** Says that the engine is not there. */
    void engineGone() {
        ledger.engineGone();
        heldOut.engineGone();
    }

    /** Remembers that an engine refuses prompts of a model in their new form and takes them as they come. */
    void refused(Outgoing outgoing, Engine engine) {
        String model = outgoing.rewrite()
                .map(rewrite -> ModelName.of(rewrite.prompt()))
                .orElse(ModelName.UNKNOWN);
        refusing.put(new RefusingModel(engine.name(), model), Boolean.TRUE);
        LOG.warn(
                "{} refuses rewritten prompts for model {}; sections stay where the agent puts them",
                engine.name(),
                model);
    }

    /**
     * Keeps what was sent; nothing of this has to be done before the engine reads.
     *
     * @return the lane, which the answer belongs to
     */
    Optional<Lane> sent(Outgoing outgoing) {
        LaneStore keeper = outgoing.group() == Group.AS_IT_CAME ? heldOut : ledger;
        return outgoing.rewrite().filter(rewrite -> outgoing.kept()).map(rewrite -> keeper.commit(rewrite.entry()));
    }

    /** Has what was sent outlive the process; the client hears nothing of the answer before. */
    void written() {
        ledger.written();
        if (heldOut != ledger) {
            heldOut.written();
        }
    }

    /** Counts what was sent, be it answered or not. */
    void count(Outgoing outgoing) {
        Rewrite rewrite = outgoing.rewrite().orElseThrow();
        String agent = rewrite.profile().agent();
        metrics.ruleMatches().count(rewrite.profile(), rewrite.matchedRules());
        outgoing.plan().counts().forEach((reason, count) -> metrics.edits(agent, reason, count));
        if (outgoing.edited() && rewrite.rebuildDropped()) {
            metrics.rebuildDropped(agent);
        }
    }

    /** Keeps the answer to what was sent on a lane. */
    void answered(Lane lane, Emitted answer) {
        ledger.answered(lane, answer);
        if (heldOut != ledger) {
            heldOut.answered(lane, answer); // each takes only the very lane that it holds
        }
    }

    /** Takes back what a request added to a lane that the engine did not take. */
    void forget(Outgoing outgoing, Lane lane) {
        ledger.forget(
                lane, outgoing.rewrite().flatMap(rewrite -> rewrite.entry().before()));
    }

    private static long scope(Tenant tenant, Engine engine, String model) {
        return tenant.scope() * 31 + Objects.hash(engine.name(), model) * 0x9e3779b97f4a7c15L;
    }

    private record RefusingModel(String engine, String model) {}
}
