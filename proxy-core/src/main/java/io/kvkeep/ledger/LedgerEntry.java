package io.kvkeep.ledger;

/**
 * What one request adds to the ledger.
 *
 * @param system the system text as it came
 * @param stable what was left of it after cutting
 */
public record LedgerEntry(Digest system, Digest stable) {}
