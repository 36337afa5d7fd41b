package io.kvkeep.demo;

import io.kvkeep.engine.EngineAddress;

/** A running kvkeep in front of an engine, as far as the demo needs it. */
public interface Proxy extends AutoCloseable {
    /** Returns where clients connect, without a path. */
    String url();

    @Override
    void close();

    /** Starts proxies; the command line knows how. */
    @FunctionalInterface
    interface Starter {
        /**
         * Starts one in front of that engine.
         *
         * @throws DemoFailed if it can't listen or has no place for its files
         */
        Proxy start(EngineAddress engine) throws DemoFailed;
    }
}
