package io.kvkeep.doctor;

import io.kvkeep.engine.Engine;
import io.kvkeep.probe.EngineHttp;
import io.kvkeep.probe.ModelFacts;
import io.kvkeep.setup.AgentSetup;
import io.kvkeep.traffic.Traffic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What checks look at.
 *
 * @param http asks the engine more
 * @param models names of the engine's models
 * @param proxy where agents connect to the kvkeep that runs in front of the engine; empty without one
 * @param mayGenerate whether the engine may be asked for a token or two
 */
record Seen(
        Engine engine,
        EngineHttp http,
        List<String> models,
        Traffic traffic,
        List<AgentSetup> agents,
        Optional<String> proxy,
        boolean mayGenerate,
        Instant now) {
    /** Copies the lists. */
    Seen {
        models = List.copyOf(models);
        agents = List.copyOf(agents);
    }

    boolean proxied() {
        return proxy.isPresent();
    }

    /** Tells whether an agent's prompts come to the engine, directly or through a kvkeep of this machine. */
    boolean isReachedBy(AgentSetup agent) {
        return agent.goesTo(engine.address().url())
                || proxy.filter(agent::goesTo).isPresent();
    }

    /** Returns the models that matter: those that were used, else those that agents are set to, else all. */
    List<ModelFacts> modelsInUse() {
        List<ModelFacts> used = new ArrayList<>();
        List<String> names = new ArrayList<>(traffic.largest().keySet());
        agents.stream().filter(this::isReachedBy).forEach(agent -> names.addAll(agent.models()));
        for (String name : names) {
            engine.facts().model(name).filter(facts -> !used.contains(facts)).ifPresent(used::add);
        }
        return used.isEmpty() ? engine.facts().models() : used;
    }
}
