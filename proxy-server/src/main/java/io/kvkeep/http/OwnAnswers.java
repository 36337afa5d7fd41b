package io.kvkeep.http;

import io.kvkeep.json.JsonString;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Answers that kvkeep gives itself, in the error form of the OpenAI API. */
public final class OwnAnswers {
    private OwnAnswers() {}

    /** Returns a complete error answer after which the connection closes. */
    public static FullHttpResponse error(HttpResponseStatus status, String type, String message) {
        byte[] body = errorJson(status, type, message).getBytes(StandardCharsets.UTF_8);
        FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                status,
                Unpooled.wrappedBuffer(body),
                DefaultHttpHeadersFactory.headersFactory(),
                DefaultHttpHeadersFactory.trailersFactory());
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, "close");
        return answer;
    }

    /** Returns the event that tells the reader of an event stream that the engine is gone. */
    public static byte[] errorEvent(HttpResponseStatus status, String type, String message) {
        return ("data: " + errorJson(status, type, message) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String errorJson(HttpResponseStatus status, String type, String message) {
        String escaped = new String(JsonString.escape(message), StandardCharsets.UTF_8);
        return "{\"error\":{\"message\":\"" + escaped + "\",\"type\":\"" + type + "\",\"param\":null,\"code\":"
                + status.code() + "}}";
    }
}
