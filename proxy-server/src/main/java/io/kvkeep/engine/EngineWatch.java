package io.kvkeep.engine;

import io.kvkeep.engine.EngineProbe.Found;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether the engine is there and what it is, by asking it now and then.
 *
 * <p>Requests are sent to an engine that is down all the same: it may just have come back.
 */
public final class EngineWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineWatch.class);
    private static final long PERIOD_SECONDS = 10;

    private final EngineProbe probe;
    private final EngineAddress address;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kvkeep-engine-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final Listener listener;
    private volatile State state;

    /**
     * Starts with what is known.
     *
     * @param found what the first probe found; empty if nothing answered
     * @param listener learns the state now and whenever it has been asked for
     */
    public EngineWatch(EngineProbe probe, EngineAddress address, Optional<Found> found, Listener listener) {
        this.probe = probe;
        this.address = address;
        this.state = new State(
                found.isPresent(),
                new Engine(address, found.map(Found::kind).orElse(EngineKind.UNKNOWN)),
                found.map(Found::models).orElse(List.of()));
        this.listener = listener;
        listener.seen(state.engine, state.up);
    }

    /** Asks from now on every ten seconds. */
    public void start() {
        timer.scheduleWithFixedDelay(this::look, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    /** Returns the engine as it was last seen. */
    public Engine engine() {
        return state.engine;
    }

    /** Tells whether the engine answered when it was last asked. */
    public boolean isUp() {
        return state.up;
    }

    /** Returns the models that the engine named when it was first seen. */
    public List<String> models() {
        return state.models;
    }

    private void look() {
        try {
            ask();
        } catch (RuntimeException e) {
            LOG.warn("the engine could not be asked; please report this", e); // and the timer goes on
        }
    }

    private void ask() {
        State last = state;
        if (last.up && last.engine.kind() != EngineKind.UNKNOWN) {
            set(last, new State(probe.answers(address), last.engine, last.models));
            return;
        }
        // Down until now, or not recognised: llama.cpp names no owner of models while it loads one.
        Optional<Found> found = probe.probe(address);
        set(
                last,
                found.isPresent()
                        ? new State(
                                true,
                                new Engine(address, found.get().kind()),
                                found.get().models())
                        : new State(false, last.engine, last.models));
    }

    private void set(State last, State next) {
        if (last.up != next.up || last.engine.kind() != next.engine.kind()) {
            LOG.info("engine {} ({}) is {}", address.url(), next.engine.kind().id(), next.up ? "up" : "down");
        }
        state = next;
        listener.seen(next.engine, next.up);
    }

    /** Learns what is seen of an engine. */
    public interface Listener {
        /** Takes the engine as it is known now, and whether it answers. */
        void seen(Engine engine, boolean up);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private record State(boolean up, Engine engine, List<String> models) {}
}
