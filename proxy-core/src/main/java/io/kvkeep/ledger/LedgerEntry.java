package io.kvkeep.ledger;

/**
 * What one request adds to the ledger once it is sent.
 *
 * @param lane the lane as it is then; without an id if the ledger does not hold it
 * @param agent what all lanes of the agent share then
 */
public record LedgerEntry(Lane lane, AgentState agent) {}
