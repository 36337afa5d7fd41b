package io.kvkeep.repeat;

import io.kvkeep.http.Headers;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;

/**
 * The head of an answer without what belongs to one connection.
 *
 * @param headers not to be changed
 */
public record AnswerHead(HttpResponseStatus status, HttpHeaders headers) {
    /** About what Netty takes for one header beside its characters: entry, two strings, hash table. */
    private static final int BYTES_BESIDE_CHARS = 160;

    /** Copies what is for every client. */
    public static AnswerHead of(HttpResponse head) {
        return new AnswerHead(head.status(), Headers.toClient(head.headers()));
    }

    /**
     * Tells whether the head allows to keep the answer. Cookies are for one client; a coded body can't be judged; what
     * it varies by has to be known.
     *
     * @param known lower-case names of the request headers that are part of the key
     */
    boolean mayBeKept(List<String> known) {
        return status.code() == 200
                && !headers.contains(HttpHeaderNames.SET_COOKIE)
                && !headers.contains(HttpHeaderNames.CONTENT_ENCODING)
                && !headers.containsValue(HttpHeaderNames.CACHE_CONTROL, "no-store", true)
                && headers.getAll(HttpHeaderNames.VARY).stream().allMatch(names -> CacheControl.isListOf(names, known));
    }

    String contentType() {
        return headers.get(HttpHeaderNames.CONTENT_TYPE, "");
    }

    /** Returns the same head with how long the answer has been kept (RFC 9111, 5.1). */
    AnswerHead aged(long seconds) {
        HttpHeaders aged = Headers.UNCHECKED.newHeaders();
        aged.add(headers);
        aged.set(HttpHeaderNames.AGE, Long.toString(seconds));
        return new AnswerHead(status, aged);
    }

    int bytes() {
        int bytes = 0;
        for (Map.Entry<String, String> field : headers) {
            bytes += field.getKey().length() + field.getValue().length() + BYTES_BESIDE_CHARS;
        }
        return bytes;
    }
}
