package io.kvkeep.ledger;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one request adds to the ledger once it is sent.
 *
 * @param lane the lane as it is then; without an id if the ledger does not hold it
 * @param agent what all lanes of the agent share then
 * @param before the very lane that goes on; if it is not that any more when the entry is kept, because another request
 *     was under way at the same time, this one is a lane of its own
 * @param slot the engine's slot that is the lane's own from now on, if it was sent there by name
 */
public record LedgerEntry(Lane lane, AgentState agent, Optional<Lane> before, OptionalInt slot) {
    /** A lane that the ledger does not hold. */
    public LedgerEntry(Lane lane, AgentState agent) {
        this(lane, agent, Optional.empty(), OptionalInt.empty());
    }
}
