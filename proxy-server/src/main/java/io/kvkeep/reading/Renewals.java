package io.kvkeep.reading;

import io.kvkeep.ahead.Renewed;
import java.util.Optional;

/** Makes the last request of a lane anew. For any thread. */
public interface Renewals {
    /**
     * Makes it as it would be sent now.
     *
     * @param fold whether its notes are folded into one clean prompt
     * @return empty if the ledger does not hold the lane, or if it has gone on since
     */
    Optional<Renewed> renew(EndedTurn turn, boolean fold);

    /**
     * Keeps it: the lane's next request goes on from there.
     *
     * @return false if the lane has gone on meanwhile, and nothing was kept
     */
    boolean keep(Renewed renewed);
}
