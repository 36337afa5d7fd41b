package io.kvkeep.relay;

import io.kvkeep.plan.Rewrite;
import java.util.Optional;

/**
 * A request body as it is to be sent.
 *
 * @param body what is sent
 * @param original what came
 * @param rewrite what the core made of it; empty if the core did not read it
 * @param scope a hash of tenant, engine and model, for the ledger and the counts
 * @param edited whether what is sent differs from what came
 * @param hidesUsage whether the counts in the stream were asked for by kvkeep and are not for the client
 */
@SuppressWarnings("ArrayRecordComponent") // bodies are large and passed from hand to hand
record Outgoing(
        byte[] body, byte[] original, Optional<Rewrite> rewrite, long scope, boolean edited, boolean hidesUsage) {

    static Outgoing asItCame(byte[] body) {
        return new Outgoing(body, body, Optional.empty(), 0, false, false);
    }

    /** Returns the same request without any edit. */
    Outgoing unedited() {
        return new Outgoing(original, original, rewrite, scope, false, false);
    }
}
