package io.kvkeep.turns;

import io.kvkeep.plan.Plan;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.template.ToolsPlace;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The prompts of the last turns, in memory, for an operator who lets their text be seen; bounded in bytes. For any
 * thread.
 */
final class TurnTexts {
    /** A body is kept, and its system text as characters of up to two bytes and once more in pieces. */
    private static final int MEMORY_PER_BYTE = 4;

    /** For the objects around the bytes. */
    private static final int OWN_BYTES = 4_000;

    private static final int MOST_BYTES = 64 << 20;
    private static final int SHARE_OF_HEAP = 16;

    private final long maxBytes;
    private final Map<Long, Kept> oldestFirst = new LinkedHashMap<>();
    private long bytes;

    TurnTexts(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes a sixteenth of the heap, and 64 MiB at most. */
    static TurnTexts ofHeap() {
        return new TurnTexts(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
    }

    /** Keeps a prompt; the oldest ones go. One that is larger than all may be is not kept. */
    synchronized void keep(long id, Rewrite rewrite, Plan plan, ToolsPlace place) {
        Kept kept = new Kept(rewrite, plan, place);
        if (kept.bytes() > maxBytes) {
            return;
        }
        oldestFirst.put(id, kept);
        bytes += kept.bytes();
        for (Iterator<Kept> all = oldestFirst.values().iterator(); bytes > maxBytes; ) {
            bytes -= all.next().bytes();
            all.remove();
        }
    }

    /** Drops all of them. */
    synchronized void forget() {
        oldestFirst.clear();
        bytes = 0;
    }

    synchronized Optional<Kept> of(long id) {
        @Nullable Kept kept = oldestFirst.get(id);
        return Optional.ofNullable(kept);
    }

    synchronized long bytes() {
        return bytes;
    }

    /**
     * One prompt.
     *
     * @param plan the edits that were applied
     * @param place where the engine's template prints the tools
     */
    record Kept(Rewrite rewrite, Plan plan, ToolsPlace place) {
        private long bytes() {
            long added = plan.edits().stream()
                    .mapToLong(edit -> edit.replacement().length)
                    .sum();
            return OWN_BYTES + (long) MEMORY_PER_BYTE * rewrite.prompt().body().length + added;
        }
    }
}
