package io.kvkeep.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for engines on the ports that they usually listen on, on this machine. */
public final class Discovery {
    private final EngineProbe probe;

    /** Asks with this probe. */
    public Discovery(EngineProbe probe) {
        this.probe = probe;
    }

    /** Returns the engines found, in the order of {@link EngineKind}. */
    public List<Engine> find() {
        List<Engine> found = new ArrayList<>();
        for (EngineKind kind : EngineKind.values()) {
            if (kind.usualPort() > 0) {
                EngineAddress address = new EngineAddress(false, "127.0.0.1", kind.usualPort(), "");
                Optional<EngineProbe.Found> there = probe.probe(address);
                // Something else may listen there: a web server on 8080 is no engine.
                if (there.isPresent() && there.get().kind() != EngineKind.UNKNOWN) {
                    found.add(new Engine(address, there.get().kind()));
                }
            }
        }
        return found;
    }
}
