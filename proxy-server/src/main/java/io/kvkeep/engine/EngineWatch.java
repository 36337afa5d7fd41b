package io.kvkeep.engine;

import io.kvkeep.engine.EngineProbe.Asked;
import io.kvkeep.engine.EngineProbe.Found;
import io.kvkeep.probe.EngineFacts;
import io.kvkeep.probe.EngineFacts.Row;
import io.kvkeep.probe.ModelFacts;
import io.kvkeep.probe.SlotTasks;
import io.kvkeep.probe.SlotTasks.Seen;
import io.kvkeep.probe.SlotTrial;
import io.kvkeep.template.ToolsPlace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether the engine is there, what it is and what its models' templates do, by asking it now and then on a
 * thread of its own: at start, and in full again when it returns, was started anew or names other models.
 *
 * <p>Requests are sent to an engine that is down all the same: it may just have come back. Facts stay while it is away,
 * and are replaced only by a whole new reading: capabilities that come and go would change prompts.
 *
 * <p>Longer than most classes here: one state, and all that changes it.
 */
public final class EngineWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineWatch.class);
    private static final long PERIOD_SECONDS = 10;
    private static final long START_WAIT_MILLIS = 2_000;
    /** Readings with missing answers in a row, after which an engine is taken as it is. */
    private static final int MAX_PARTIAL_READINGS = 6;

    private final EngineProbe probe;
    private final EngineAddress address;
    private final BooleanSupplier quiet;
    private final Listener listener;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kvkeep-engine-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final CountDownLatch looked = new CountDownLatch(1);
    private volatile State state;
    private int partialReadings;
    private final SlotTasks slotTasks = new SlotTasks();

    /**
     * Starts with nothing known.
     *
     * @param quiet tells whether no request is open, so that an engine may be used for a trial
     * @param listener learns the state now and whenever it has been asked for
     */
    public EngineWatch(EngineProbe probe, EngineAddress address, BooleanSupplier quiet, Listener listener) {
        this.probe = probe;
        this.address = address;
        this.quiet = quiet;
        this.listener = listener;
        this.state = new State(false, new Engine(address, EngineKind.UNKNOWN), List.of(), false, false);
        listener.seen(state.engine, state.up);
    }

    /** Asks now and from then on every ten seconds; waits for the first look, but for at most two seconds. */
    public void start() {
        start(START_WAIT_MILLIS);
    }

    /** Does the same with another limit. */
    void start(long waitMillis) {
        timer.scheduleWithFixedDelay(this::lookSafely, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
        try {
            if (!looked.await(waitMillis, TimeUnit.MILLISECONDS)) {
                LOG.info("engine {} is slow to tell of itself; kvkeep starts, and goes on asking", address.url());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the engine as it was last seen. */
    public Engine engine() {
        return state.engine;
    }

    /** Tells whether the engine answered when it was last asked. */
    public boolean isUp() {
        return state.up;
    }

    /** Returns the models that the engine named. */
    public List<String> models() {
        return state.models;
    }

    /** Returns all that is known, for the operator. */
    public EngineStatus status() {
        State now = state;
        List<Row> rows = now.engine.facts().rows();
        return new EngineStatus(
                now.engine.name(),
                address.url(),
                now.engine.kind().id(),
                now.up,
                now.models,
                rows,
                now.engine.facts().missingFlag().orElse(null));
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.warn("the engine could not be asked; please report this", e); // and the timer goes on
        } finally {
            looked.countDown();
        }
    }

    /** Asks once, and says whether what the engine held is gone. */
    void look() {
        ask();
        Seen slots = slots(state);
        if (slots == Seen.BEGAN_AGAIN) {
            listener.restarted();
            set(state.unsettled()); // it may have other slots, another template or another context now
            ask();
        }
        State now = state;
        // llama.cpp names no models while it loads one.
        if (!now.up || now.models.isEmpty() || slots != Seen.NOTHING) {
            listener.gone();
        }
        if (now.up && now.settled) {
            listener.there(now.engine);
        }
    }

    /** Returns what the slots tell: an engine that is back within seconds is never seen to be down. */
    private Seen slots(State now) {
        if (!now.up || now.models.isEmpty()) {
            return Seen.NOTHING;
        }
        if (now.engine.kind() != EngineKind.LLAMA_CPP) {
            slotTasks.forget();
            return Seen.NOTHING;
        }
        return slotTasks.look(probe.http(address));
    }

    private void ask() {
        State last = state;
        if (last.up && last.settled) {
            Optional<List<String>> models = probe.models(address);
            if (models.isEmpty() || models.get().equals(last.models)) {
                set(models.isPresent() ? last : last.down());
                tryPinning();
                return;
            }
        }
        Optional<Found> found = probe.probe(address);
        if (found.isPresent()) {
            read(last, found.get());
            tryPinning();
        } else {
            set(last.down());
        }
    }

    private void read(State last, Found found) {
        boolean same = found.kind() == last.engine.kind() && found.models().equals(last.models);
        EngineFacts before = same ? last.engine.facts() : EngineFacts.UNKNOWN;
        State known = new State(true, new Engine(address, found.kind(), before), found.models(), false, false);
        set(known);
        boolean first = before.models().isEmpty();
        Asked asked = probe.facts(address, found, partly -> {
            if (first) {
                set(known.with(partly));
            }
        });
        partialReadings = asked.complete() ? 0 : partialReadings + 1;
        State read = asked.complete() || first ? known.with(asked.facts()) : known;
        // llama.cpp names no models while it loads one: then it is asked in full until it does.
        boolean all = found.kind() != EngineKind.UNKNOWN && !found.models().isEmpty();
        boolean settled = all && (asked.complete() || partialReadings >= MAX_PARTIAL_READINGS);
        set(settled ? read.asSettled() : read);
        if (settled) {
            tell(asked.facts());
        }
    }

    private void tryPinning() {
        State now = state;
        if (now.engine.kind() == EngineKind.LLAMA_CPP && now.up && now.settled && !now.pinningTried) {
            SlotTrial.run(probe.http(address), quiet, listener::isSlotInUse)
                    .ifPresent(shown ->
                            set(now.with(now.engine.facts().withPinning(shown)).asTried()));
        }
    }

    private void set(State next) {
        if (timer.isShutdown()) {
            return;
        }
        State last = state;
        boolean changed = last.up != next.up || last.engine.kind() != next.engine.kind();
        if (changed && looked.getCount() == 0) { // what the first look finds is in the greeting
            LOG.info("engine {} ({}) is {}", address.url(), next.engine.kind().id(), next.up ? "up" : "down");
        }
        state = next;
        listener.seen(next.engine, next.up);
    }

    private void tell(EngineFacts facts) {
        for (Row row : facts.rows()) {
            LOG.debug("{} {} {}: {}", row.model(), row.fact(), row.value(), row.evidence());
        }
        facts.missingFlag().ifPresent(flag -> LOG.info("{} tells reuse only if started with {}", address.url(), flag));
        for (ModelFacts model : facts.models()) {
            if (model.template().toolsPlace().value() == ToolsPlace.BEFORE_LAST_USER) {
                LOG.warn(
                        "the chat template of {} prints tools before the newest user message: the history is read again"
                                + " at every user turn, whatever kvkeep sends; use another template if there is one",
                        model.model());
            }
        }
    }

    /** Learns what is seen of an engine. */
    public interface Listener {
        /** Takes the engine as it is known now, and whether it answers. */
        void seen(Engine engine, boolean up);

        /** Says that the engine holds nothing of what was sent to it until now: it is away, or was started anew. */
        default void gone() {}

        /** Says that another process of the engine answers than before, though it was never seen to be away. */
        default void restarted() {}

        /** Tells whether a conversation is known to be in a slot of the engine, so that it is not used for a trial. */
        default boolean isSlotInUse(int slot) {
            return false;
        }

        /** Says that the engine answers, and that all was asked that can be. */
        default void there(Engine engine) {}
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /**
     * What is known.
     *
     * @param settled whether all was asked that can be asked, so that only changes matter
     * @param pinningTried whether the trial of pinning was made since the engine came
     */
    private record State(boolean up, Engine engine, List<String> models, boolean settled, boolean pinningTried) {
        State down() {
            return new State(false, engine, models, false, false);
        }

        State unsettled() {
            return new State(up, engine, models, false, false);
        }

        State with(EngineFacts facts) {
            return new State(up, new Engine(engine.address(), engine.kind(), facts), models, settled, pinningTried);
        }

        State asSettled() {
            return new State(up, engine, models, true, pinningTried);
        }

        State asTried() {
            return new State(up, engine, models, settled, true);
        }
    }
}
