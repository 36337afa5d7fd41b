package io.kvkeep.ledger;

import io.kvkeep.lane.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
     * <p>Among several, one of the same session is taken, then one that ends right there (the others have gone on in
     * another way), then the one that has delivered most of the current values, then the one used last. A session id is
     * never trusted alone: without a common chain nothing is linked.
     *
     * @param chain the conversation's digests
     * @param session a digest of the session id, or 0
     * @param values the current values of volatile sections
     */
    public static Linked find(List<Digest> chain, LedgerView ledger, long session, Map<String, String> values) {
        for (int known = chain.size(); known > 0; known--) {
            List<Lane> lanes = ledger.lanes(chain.get(known - 1));
            if (!lanes.isEmpty()) {
                return new Linked(Optional.of(best(lanes, known, session, values)), known);
            }
        }
        return NOWHERE;
    }

    private static Lane best(List<Lane> lanes, int known, long session, Map<String, String> values) {
        Lane best = lanes.get(0);
        long bestRank = -1;
        for (Lane lane : lanes) {
            long rank = rank(lane, known, session, values);
            if (rank > bestRank) {
                best = lane;
                bestRank = rank;
            }
        }
        return best;
    }

    private static long rank(Lane lane, int known, long session, Map<String, String> values) {
        boolean sameSession = session != 0 && lane.start().session() == session;
        boolean endsHere = lane.chain().size() == known;
        Map<String, String> delivered = lane.deliveredUpTo(known);
        long same = values.entrySet().stream()
                .filter(entry -> entry.getValue().equals(delivered.get(entry.getKey())))
                .count();
        return (sameSession ? 1L << 33 : 0) + (endsHere ? 1L << 32 : 0) + same;
    }
}
