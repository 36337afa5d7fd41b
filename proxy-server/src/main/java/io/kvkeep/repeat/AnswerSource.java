package io.kvkeep.repeat;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** An answer as one client takes it, from its beginning and at its own pace. */
public interface AnswerSource {
    /** Returns what comes next; null if it is not there yet. Nothing follows an end. */
    @Nullable
    Step next();

    /**
     * Says that the client has gone, or has got all.
     *
     * @return whether the client's request still has to be counted; otherwise the request to the engine counts for it
     */
    boolean leave();

    /** What an answer is made of. */
    sealed interface Step {}

    /** Comes first. */
    record Head(AnswerHead head) implements Step {}

    /**
     * Comes any number of times.
     *
     * @param bytes shared with other clients, not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // passed from hand to hand
    record Part(byte[] bytes) implements Step {}

    /** Comes last in an answer that is complete as far as HTTP can tell. */
    record Ended(HttpHeaders trailers) implements Step {}

    /** Comes last in an answer of which something is missing. */
    record Broken() implements Step {}
}
