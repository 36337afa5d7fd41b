package io.kvkeep.outgoing;

import io.kvkeep.engine.Engine;
import io.kvkeep.http.Headers;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** The head of a client's request as the engine gets it. */
public final class EngineHead {
    /** Length of a body whose end shows only when it comes, or that is not there. */
    public static final long NO_LENGTH = -1;

    private EngineHead() {}

    /**
     * Returns the head to send.
     *
     * @param bodyLength in bytes, or {@link #NO_LENGTH}
     * @param chunked whether the body is sent in chunks
     */
    public static HttpRequest of(HttpRequest request, Engine engine, long bodyLength, boolean chunked) {
        HttpHeaders headers = Headers.toEngine(
                request.headers(), engine.address().authority(), engine.kind().withheldHeaders(), bodyLength);
        if (chunked) {
            headers.add(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        String target = engine.address().prefix() + target(request);
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, request.method(), target, headers);
    }

    /** Returns path and query. RFC 9112, 3.2.2: a server accepts the absolute form of a target too. */
    public static String target(HttpRequest request) {
        String target = inUtf8(request.uri());
        int scheme = target.indexOf("://");
        if (target.startsWith("/") || scheme < 0) {
            return target;
        }
        int path = target.indexOf('/', scheme + 3);
        int query = target.indexOf('?', scheme + 3);
        return path >= 0 && (query < 0 || path < query)
                ? target.substring(path)
                : query < 0 ? "/" : "/" + target.substring(query);
    }

    /** Netty reads a target as Latin-1 and writes it as UTF-8; bytes beyond ASCII would come out as others. */
    private static String inUtf8(String latin1) {
        for (int i = 0; i < latin1.length(); i++) {
            if (latin1.charAt(i) > 0x7f) {
                return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
        }
        return latin1;
    }
}
