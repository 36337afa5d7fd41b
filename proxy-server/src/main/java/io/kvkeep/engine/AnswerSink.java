package io.kvkeep.engine;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;

/** Takes what an engine sends on a connection; called on the connection's event loop. */
public interface AnswerSink {
    /** Takes the head of the answer; interim answers (1xx) are left out. */
    void answerHead(HttpResponse head);

    /** Takes a part of the body; the sink has to release it. */
    void answerContent(HttpContent content);

    /** Says that everything which had arrived has been handed over. */
    void answerFlush();

    /** Says that the connection takes bytes again after it was full. */
    void connectionWritable();

    /**
     * Says that the connection ended before the answer was complete.
     *
     * @param tookRequest whether the engine is known to have read the request
     * @param problem what happened
     */
    void connectionLost(boolean tookRequest, String problem);
}
