package io.kvkeep.http;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Writes answers; an answer to HEAD has no body, whatever its headers say. */
public final class AnswerEncoder extends HttpResponseEncoder {
    private boolean toHead;

    /** Says whether the next answer is one to a HEAD request. */
    public void answersHead(boolean head) {
        toHead = head;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse answer) {
        return toHead || super.isContentAlwaysEmpty(answer);
    }
}
