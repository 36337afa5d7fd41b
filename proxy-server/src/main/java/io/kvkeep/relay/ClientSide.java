package io.kvkeep.relay;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpObject;

/** What an exchange needs of the client's connection; all calls on the connection's event loop. */
interface ClientSide {
    /** Writes a part of the answer; it leaves with the next flush. */
    void write(HttpObject part);

    /** Sends what was written. */
    void flush();

    /** Says whether the answer that follows is one to a HEAD request. */
    void answersHead(boolean head);

    /** Tells whether the client takes more bytes without buffering. */
    boolean isWritable();

    /** Starts or stops reading the request. */
    void reading(boolean on);

    /** Tells whether the connection is to end with this answer since kvkeep is going down. */
    boolean isDraining();

    /** Returns where buffers come from. */
    ByteBufAllocator alloc();

    /**
     * Says that the exchange is over.
     *
     * @param end what becomes of the connection
     */
    void done(End end);

    /** What becomes of a connection after an exchange. */
    enum End {
        /** It waits for the next request. */
        KEEP,
        /** It closes when the answer is out. */
        CLOSE,
        /** It breaks off, so that the client sees that the answer is not complete. */
        BREAK
    }
}
