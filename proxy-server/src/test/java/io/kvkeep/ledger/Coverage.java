package io.kvkeep.ledger;

import java.util.Map;
import java.util.TreeMap;

/** How often the conversations came to something. */
public final class Coverage {
    private final Map<String, Integer> counts = new TreeMap<>();

    public void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    public int of(String what) {
        return counts.getOrDefault(what, 0);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        counts.forEach((what, count) -> out.append(String.format(java.util.Locale.ROOT, "%8d  %s%n", count, what)));
        return out.toString();
    }
}
