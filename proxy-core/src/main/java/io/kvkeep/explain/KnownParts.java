package io.kvkeep.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The parts of the tools or system texts that came lately: nearly every prompt has those of another. For any thread. */
final class KnownParts {
    private static final int MAX_KNOWN = 200;

    private final Map<Long, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Known> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    /**
     * Returns the parts of some bytes.
     *
     * @param print a fingerprint of the bytes
     * @param rules by what they are parted; the very same object for the same rules
     * @param read parts them
     */
    @SuppressWarnings("ReferenceEquality")
    List<Part> of(long print, Object rules, Supplier<List<Part>> read) {
        synchronized (known) {
            @Nullable Known before = known.get(print);
            if (before != null && before.rules == rules) {
                return before.parts;
            }
        }
        List<Part> parts = List.copyOf(read.get());
        synchronized (known) {
            known.put(print, new Known(rules, parts));
        }
        return parts;
    }

    private record Known(Object rules, List<Part> parts) {}
}
