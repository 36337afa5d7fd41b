package io.kvkeep.ledger;

import io.kvkeep.lane.Digest;

/**
 * What a lane started with and keeps, since the engine has it before all else.
 *
 * @param session a digest of the agent's session id; 0 if it tells none
 * @param moves whether volatile sections travel in notes; otherwise they stay in the system text
 * @param declared whether the system text says what notes are
 * @param mark the number of the mark at the head of the system text; 0 for none
 * @param stable the fingerprint of the stable system text as it was sent
 * @param keepsReasoning whether the template is told not to strip earlier reasoning
 */
public record Start(long session, boolean moves, boolean declared, int mark, Digest stable, boolean keepsReasoning) {
    /** Returns the same start with an equal fingerprint that others share. */
    public Start with(Digest sharedStable) {
        return new Start(session, moves, declared, mark, sharedStable, keepsReasoning);
    }
}
