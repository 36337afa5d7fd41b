package io.kvkeep.outgoing;

import io.kvkeep.engine.EngineConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A body part by part, so that an engine reads the first while the next is copied. The first has room for a head in
 * front. Who takes a part releases it.
 */
public final class OutgoingParts implements Iterator<ByteBuf> {
    private static final int PART_BYTES = 256 << 10;

    private final List<ByteBuffer> pieces;
    private final ByteBufAllocator alloc;
    private final int length;
    private int left;
    private int piece;
    private int room = EngineConnection.HEAD_ROOM_BYTES;

    /**
     * @param pieces what the body consists of; their positions are moved
     * @param alloc where the buffers come from
     */
    OutgoingParts(List<ByteBuffer> pieces, ByteBufAllocator alloc) {
        this.pieces = pieces;
        this.alloc = alloc;
        int bytes = 0;
        for (ByteBuffer one : pieces) {
            bytes += one.remaining();
        }
        this.length = bytes;
        this.left = bytes;
    }

    /** Returns the length of the whole body in bytes. */
    public int length() {
        return length;
    }

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
        ByteBuf part = alloc.directBuffer(room + size, room + size).setIndex(room, room + size);
        ByteBuffer to = part.internalNioBuffer(room, size);
        left -= size;
        room = 0;
        while (to.hasRemaining()) {
            ByteBuffer from = pieces.get(piece);
            int more = Math.min(from.remaining(), to.remaining());
            to.put(from.array(), from.arrayOffset() + from.position(), more);
            from.position(from.position() + more);
            piece += from.hasRemaining() ? 0 : 1;
        }
        return part;
    }
}
