package io.kvkeep.relay;

import io.kvkeep.engine.EngineConnection;
import io.kvkeep.plan.Edit;
import io.kvkeep.plan.Plan;
import io.kvkeep.plan.Reason;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.settle.Group;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.NoSuchElementException;
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
record Outgoing(byte[] original, Optional<Rewrite> rewrite, long scope, boolean kept, boolean edited, Group group) {
    private static final int TENANT_DIGITS = 8;
    private static final int PART_BYTES = 256 << 10;

    static Outgoing asItCame(byte[] body) {
        return new Outgoing(body, Optional.empty(), 0, false, false, Group.AS_IT_CAME);
    }

    /** Returns the first digits of a hash of the credential; empty if the core did not read the request. */
    String tenant() {
        return rewrite.map(made ->
                        HexFormat.of().toHexDigits(made.entry().lane().tenant()).substring(0, TENANT_DIGITS))
                .orElse("");
    }

    /** Returns the same request without any edit. */
    Outgoing unedited() {
        return new Outgoing(original, rewrite, scope, false, false, group);
    }

    /** Returns the edits that are applied. */
    Plan plan() {
        return edited ? rewrite.map(Rewrite::plan).orElse(Plan.NOTHING) : Plan.NOTHING;
    }

    int length() {
        return original.length + plan().growth();
    }

    /**
     * Returns what is sent, part by part, in buffers that a pool holds: an engine reads the first while the next is
     * copied. The first has room for a head.
     */
    Iterator<ByteBuf> parts(ByteBufAllocator alloc) {
        ByteBuffer[] pieces = edited
                ? plan().pieces(original).toArray(ByteBuffer[]::new)
                : new ByteBuffer[] {ByteBuffer.wrap(original)};
        return new Iterator<>() {
            private int left = length();
            private int piece;
            private int room = EngineConnection.HEAD_ROOM_BYTES;

            @Override
            public boolean hasNext() {
                return left > 0;
            }

            @Override
            public ByteBuf next() {
                if (left == 0) {
                    throw new NoSuchElementException();
                }
                int size = Math.min(left, PART_BYTES);
                ByteBuf part = alloc.directBuffer(room + size, room + size).setIndex(room, room);
                left -= size;
                room = 0;
                while (part.isWritable()) {
                    ByteBuffer from = pieces[piece];
                    int more = Math.min(from.remaining(), part.writableBytes());
                    part.writeBytes(from.array(), from.arrayOffset() + from.position(), more);
                    from.position(from.position() + more);
                    piece += from.hasRemaining() ? 0 : 1;
                }
                return part;
            }
        };
    }

    /** Tells whether kvkeep asked for the counts in the stream, which are then not for the client. */
    boolean hidesUsage() {
        for (Edit edit : plan().edits()) {
            if (edit.reason() == Reason.ASK_FOR_USAGE) {
                return true;
            }
        }
        return false;
    }
}
