package io.kvkeep.explain;

import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the tools or system texts that came lately: nearly every prompt has those of another. Names, fingerprints
 * and lengths are kept, never text. For any thread.
 */
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
    List<Part> of(long print, Object rules, Supplier<List<Part>> read) {
        synchronized (known) {
            @Nullable Known before = known.get(print);
            if (before != null && before.rules.refersTo(rules)) {
                return before.parts;
            }
        }
        List<Part> parts = List.copyOf(read.get());
        synchronized (known) {
            known.put(print, new Known(new WeakReference<>(rules), parts));
        }
        return parts;
    }

    /** Rules may hold the text that they part. */
    private record Known(WeakReference<Object> rules, List<Part> parts) {}
}
