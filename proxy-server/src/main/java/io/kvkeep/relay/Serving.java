package io.kvkeep.relay;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;

/** One request while it is being served, as its client's connection sees it; all calls on that connection's loop. */
interface Serving {
    /** Begins; parts of the body follow. */
    void start();

    /** Tells whether the request has been read to its end. */
    boolean isRequestComplete();

    /** Takes a part of the request's body, and releases it. */
    void requestContent(HttpContent content);

    /** Says that the client takes more bytes, or no more for now. */
    void clientWritable(boolean writable);

    /** Answers with an error of kvkeep's own and ends the connection. */
    void fail(HttpResponseStatus status, String type, String message);

    /** The client is gone: the engine learns it at once. */
    void clientGone();
}
