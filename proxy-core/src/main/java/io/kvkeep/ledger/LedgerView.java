package io.kvkeep.ledger;

import io.kvkeep.lane.Digest;
import io.kvkeep.lane.DigestMemo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the ledger knows at the moment of a request. */
public interface LedgerView {

    /** A ledger that has seen nothing. */
    LedgerView EMPTY = new LedgerView() {
        @Override
        public List<Lane> lanes(Digest link) {
            return List.of();
        }

        @Override
        public AgentState agent(Digest scope) {
            return AgentState.unseen(scope);
        }
    };

    /** Returns the lanes whose chain holds the digest, the one used last first. */
    List<Lane> lanes(Digest link);

    /**
     * Returns the same lanes. Where they are too many to be looked at all, those of the session are among them.
     *
     * @param session a digest of the session id, or 0
     */
    default List<Lane> lanes(Digest link, long session) {
        return lanes(link);
    }

    /** Returns what all lanes of an agent share. */
    AgentState agent(Digest scope);

    /** Returns the canonical digests of messages that came before. */
    default DigestMemo memo() {
        return DigestMemo.NONE;
    }

    /** Returns what was learned of agents. */
    default Learned learned() {
        return Learned.NOTHING;
    }

    /** Tells whether the engine can't have anything of the lane any more, say because it was restarted. */
    default boolean isCold(Lane lane) {
        return false;
    }

    /**
     * Returns the mark that a lane is to carry.
     *
     * @param scope the digest from which the lane's chain starts
     * @param stable the fingerprint of its stable system text
     * @param lane the lane, if the ledger holds it
     */
    default int mark(Digest scope, Digest stable, Optional<Lane> lane) {
        return lane.map(known -> known.start().mark()).orElse(0);
    }

    /**
     * Returns the engine's slot that a lane is to be read in, where naming one is known to keep the cache.
     *
     * @param scope the digest from which the lane's chain starts
     * @param stable the fingerprint of its stable system text
     * @param lane the lane, if the ledger holds it
     * @param passing whether it is a side request without tools, such as one for a title: it goes where no lane is, and
     *     takes no slot for itself
     */
    default OptionalInt slot(Digest scope, Digest stable, Optional<Lane> lane, boolean passing) {
        return OptionalInt.empty();
    }
}
