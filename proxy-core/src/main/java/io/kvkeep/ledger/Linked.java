package io.kvkeep.ledger;

import io.kvkeep.lane.Chain;
import io.kvkeep.lane.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where in the ledger a conversation goes on.
 *
 * @param lane the lane; empty if none begins like the conversation
 * @param known how many messages of the conversation it holds
 */
public record Linked(Optional<Lane> lane, int known) {
    private static final Linked NOWHERE = new Linked(Optional.empty(), 0);

    /**
     * Finds the lane that holds most of a conversation.
     *
     * <p>Among several, one of the same session is taken, then the one that has delivered most of the current values,
     * then one that ends right there (the others have gone on in another way), then the one used last. A session id is
     * never trusted alone: without a common chain nothing is linked. But a lane of the same session that the conversation
     * holds as a whole is taken before a longer one of another session, which had the same answers and results.
     *
     * <p>Many sessions start with the same words, so up to the first answer these say nothing of who goes on: there a
     * lane of another session, or of none, is taken only if what it delivered holds as it is, or if the conversation
     * holds one of the lane's last messages too, as it does when an agent has compressed its history. Else one session
     * would read what another one was told.
     *
     * @param chain the conversation's digests
     * @param said the canonical digest of each of its messages
     * @param opening how many messages stand before the first answer
     * @param session a digest of the session id, or 0
     * @param values the current values of volatile sections
     */
    public static Linked find(
            List<Digest> chain,
            List<Digest> said,
            int opening,
            LedgerView ledger,
            long session,
            Map<String, String> values) {
        List<Digest> behind = said.subList(Math.min(opening, said.size()), said.size());
        Current current = new Current(values);
        Linked found = NOWHERE;
        for (int known = chain.size(); known > 0; known--) {
            List<Lane> lanes = new ArrayList<>();
            for (Lane lane : ledger.lanes(chain.get(known - 1), session)) {
                boolean goesOn = found.lane().isEmpty()
                        ? known > opening
                                || isOf(session, lane)
                                || current.prints()
                                        .entrySet()
                                        .containsAll(lane.printsUpTo(known).entrySet())
                                || Chain.endsWithOneOf(lane.chain(), behind)
                        : isOf(session, lane) && lane.chain().size() == known;
                if (goesOn) {
                    lanes.add(lane);
                }
            }
            if (!lanes.isEmpty()) {
                Lane best = best(lanes, known, session, current);
                found = new Linked(Optional.of(best), known);
                if (session == 0 || isOf(session, best)) {
                    return found;
                }
            }
        }
        return found;
    }

    private static boolean isOf(long session, Lane lane) {
        return session != 0 && lane.start().session() == session;
    }

    private static Lane best(List<Lane> lanes, int known, long session, Current current) {
        if (lanes.size() == 1) {
            return lanes.get(0);
        }
        Lane best = lanes.get(0);
        long bestRank = -1;
        for (Lane lane : lanes) {
            long rank = rank(lane, known, session, current.prints());
            if (rank > bestRank) {
                best = lane;
                bestRank = rank;
            }
        }
        return best;
    }

    private static long rank(Lane lane, int known, long session, Map<String, Long> prints) {
        boolean endsHere = lane.chain().size() == known;
        Map<String, Long> delivered = lane.printsUpTo(known);
        long same = prints.entrySet().stream()
                .filter(entry -> entry.getValue().equals(delivered.get(entry.getKey())))
                .count();
        return (isOf(session, lane) ? 1L << 33 : 0) + 2 * same + (endsHere ? 1 : 0);
    }

    /** The current values; for most requests the chain alone decides. */
    private static final class Current {
        private final Map<String, String> values;
        private @Nullable Map<String, Long> prints;

        Current(Map<String, String> values) {
            this.values = values;
        }

        Map<String, Long> prints() {
            Map<String, Long> known = prints;
            if (known == null) {
                known = new HashMap<>();
                for (Map.Entry<String, String> entry : values.entrySet()) {
                    known.put(entry.getKey(), Value.print(entry.getValue()));
                }
                prints = known;
            }
            return known;
        }
    }
}
