package io.kvkeep.outgoing;

import io.kvkeep.plan.Edit;
import io.kvkeep.plan.Plan;
import io.kvkeep.plan.Reason;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.settle.Group;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A request body as it is to be sent.
 *
 * @param original what came
 * @param rewrite what the core made of it; empty if the core did not read it
 * @param scope a hash of tenant, engine and model, for the ledger and the counts
 * @param kept whether the ledger is to keep it
 * @param edited whether the plan's edits are applied to what is sent
 * @param group how its conversation is sent
 */
@SuppressWarnings("ArrayRecordComponent") // bodies are large and passed from hand to hand
public record Outgoing(
        byte[] original, Optional<Rewrite> rewrite, long scope, boolean kept, boolean edited, Group group) {
    private static final int TENANT_DIGITS = 8;

    /** Returns a body that was not read. */
    public static Outgoing asItCame(byte[] body) {
        return new Outgoing(body, Optional.empty(), 0, false, false, Group.AS_IT_CAME);
    }

    /** Returns the first digits of a hash of the credential; empty if the core did not read the request. */
    public String tenant() {
        return rewrite.map(made ->
                        HexFormat.of().toHexDigits(made.entry().lane().tenant()).substring(0, TENANT_DIGITS))
                .orElse("");
    }

    /** Returns the same request without any edit. */
    public Outgoing unedited() {
        return new Outgoing(original, rewrite, scope, false, false, group);
    }

    /** Returns the edits that are applied. */
    public Plan plan() {
        return edited ? rewrite.map(Rewrite::plan).orElse(Plan.NOTHING) : Plan.NOTHING;
    }

    /** Returns what is sent, in buffers that a pool holds. */
    public OutgoingParts parts(ByteBufAllocator alloc) {
        return new OutgoingParts(edited ? plan().pieces(original) : List.of(ByteBuffer.wrap(original)), alloc);
    }

    /** Tells whether kvkeep asked for the counts in the stream, which are then not for the client. */
    public boolean hidesUsage() {
        for (Edit edit : plan().edits()) {
            if (edit.reason() == Reason.ASK_FOR_USAGE) {
                return true;
            }
        }
        return false;
    }
}
