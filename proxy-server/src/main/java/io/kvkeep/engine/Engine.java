package io.kvkeep.engine;

/**
 * One backend.
 *
 * @param address where it listens
 * @param kind what it is, as far as it could be found out
 */
public record Engine(EngineAddress address, EngineKind kind) {
    /** Returns its name in metrics and messages. */
    public String name() {
        return address.authority();
    }
}
