package io.kvkeep.engine;

import io.kvkeep.plan.Capabilities;
import io.kvkeep.probe.EngineFacts;

/**
 * One backend.
 *
 * @param address where it listens
 * @param kind what it is, as far as it could be found out
 * @param facts what it says of itself and its models
 */
public record Engine(EngineAddress address, EngineKind kind, EngineFacts facts) {
    /** An engine that has not been asked for more than its kind. */
    public Engine(EngineAddress address, EngineKind kind) {
        this(address, kind, EngineFacts.UNKNOWN);
    }

    /** Returns its name in metrics and messages. */
    public String name() {
        return address.authority();
    }

    /** Returns what plans need to know of it with its first model. */
    public Capabilities capabilities() {
        Capabilities ofKind = kind.capabilities();
        return facts.models().isEmpty()
                ? ofKind
                : ofKind.with(facts.models().get(0).template());
    }

    /**
     * Returns what plans need to know of it with one model.
     *
     * @param model the name in a request; one that is not known leaves the template unknown
     */
    public Capabilities capabilities(String model) {
        Capabilities ofKind = kind.capabilities();
        return facts.model(model).map(known -> ofKind.with(known.template())).orElse(ofKind);
    }
}
