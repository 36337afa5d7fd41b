package io.kvkeep.metrics;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Names in labels, bounded: who comes first keeps the own name, the rest share one. For any thread. */
final class BoundedNames {
    /** What stands for all that came too late. */
    static final String OTHER = "other";

    private final int most;
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Set<String> taken = new HashSet<>();

    /** Lets so many names pass. */
    BoundedNames(int most) {
        this.most = most;
    }

    /** Returns the name, or {@value #OTHER}. */
    String of(String name) {
        return known.contains(name) || take(name) ? name : OTHER;
    }

    private synchronized boolean take(String name) {
        if (taken.size() < most && taken.add(name)) {
            known.add(name);
        }
        return taken.contains(name);
    }
}
