package io.kvkeep.explain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outlines sent lately to one engine with one model, the newest first; bounded.
 *
 * <p>An outline that goes on from another takes its place. Not for several threads at once.
 */
final class Held {
    private static final int MAX_OUTLINES = 64;
    private static final int MAX_PARTS = 40_000;

    private final Deque<Entry> newestFirst = new ArrayDeque<>();
    private int parts;

    /**
     * One outline that was sent.
     *
     * @param lane the id of its lane; 0 if the ledger holds none
     * @param number what it is known by outside; 0 if by nothing
     * @param promptTokens its size as the engine reported it; -1 if it did not
     */
    record Entry(Outline outline, long lane, long number, long timeMillis, long promptTokens) {}

    /**
     * The outline from which a prompt goes on.
     *
     * @param common how many parts are the same
     * @param kin whether both are of one agent, and side requests of one kind
     * @param since what was sent behind it, of any tenant, the newest first
     */
    record Match(Entry entry, int common, boolean kin, List<Entry> since) {
        /** Tells whether the prompt holds all of it. */
        boolean isWhole() {
            return common == entry.outline().parts().size();
        }
    }

    /**
     * Returns the outline of the same tenant with the longest common start; of equal ones the nearest of kin. A lane is
     * found by its longest chain, so where the last outline of the same one is whole there is no longer one to look for.
     */
    Optional<Match> best(Outline now, long lane) {
        @Nullable Entry best = null;
        int bestCommon = 0;
        boolean bestKin = false;
        long bestRank = -1;
        for (Entry entry : newestFirst) {
            Outline held = entry.outline;
            if (held.tenant() != now.tenant()) {
                continue;
            }
            int common = now.common(held);
            boolean sameSession = now.session() != 0 && held.session() == now.session();
            boolean kin = held.scope().equals(now.scope()) || (isOfOneAgent(now, held) && (sameSession || common > 0));
            boolean sameLane = lane != 0 && entry.lane == lane;
            if (sameLane && common == held.parts().size()) {
                return Optional.of(new Match(entry, common, kin, sentSince(entry)));
            }
            int kinship = (sameLane ? 4 : 0) + (sameSession ? 2 : 0) + (kin ? 1 : 0);
            long rank = ((long) now.bytes(common) << 3) + kinship;
            if ((common > 0 || kin) && rank > bestRank) {
                best = entry;
                bestCommon = common;
                bestKin = kin;
                bestRank = rank;
            }
        }
        return best == null ? Optional.empty() : Optional.of(new Match(best, bestCommon, bestKin, sentSince(best)));
    }

    @SuppressWarnings("ReferenceEquality") // the very entry that is held
    private List<Entry> sentSince(Entry entry) {
        List<Entry> since = new ArrayList<>();
        for (Entry later : newestFirst) {
            if (later == entry) {
                break;
            }
            since.add(later);
        }
        return since;
    }

    /** Sub-agents and the like speak with another head and are no kin, even if they share the tools. */
    private static boolean isOfOneAgent(Outline one, Outline other) {
        return one.agent().equals(other.agent()) && one.side() == other.side();
    }

    /**
     * Holds an outline.
     *
     * @param before the one from which it goes on, as {@link #best} found it
     */
    void add(Entry entry, Optional<Match> before) {
        Outline now = entry.outline;
        Outline kept = now;
        if (before.isPresent() && before.get().isWhole() && isSameLane(before.get().entry, entry)) {
            parts -= before.get().entry.outline.parts().size();
            newestFirst.remove(before.get().entry);
        } else {
            dropWhatIsIn(now);
            kept = before.map(match -> now.sharing(match.entry.outline, match.common))
                    .orElse(now);
        }
        newestFirst.addFirst(new Entry(kept, entry.lane, entry.number, entry.timeMillis, entry.promptTokens));
        parts += kept.parts().size();
        while (newestFirst.size() > MAX_OUTLINES || (parts > MAX_PARTS && newestFirst.size() > 1)) {
            parts -= newestFirst.removeLast().outline.parts().size();
        }
    }

    private static boolean isSameLane(Entry one, Entry other) {
        return one.lane != 0 && one.lane == other.lane;
    }

    private void dropWhatIsIn(Outline now) {
        for (Iterator<Entry> all = newestFirst.iterator(); all.hasNext(); ) {
            Outline old = all.next().outline;
            if (old.tenant() == now.tenant()
                    && old.scope().equals(now.scope())
                    && now.common(old) == old.parts().size()) {
                parts -= old.parts().size();
                all.remove();
            }
        }
    }

    int size() {
        return newestFirst.size();
    }
}
