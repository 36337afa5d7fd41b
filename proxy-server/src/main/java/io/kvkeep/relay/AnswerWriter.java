package io.kvkeep.relay;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.http.Headers;
import io.kvkeep.relay.ClientSide.End;
import io.kvkeep.repeat.AnswerHead;
import io.kvkeep.repeat.AnswerSource.Ended;
import io.kvkeep.repeat.AnswerSource.Head;
import io.kvkeep.repeat.AnswerSource.Part;
import io.kvkeep.repeat.AnswerSource.Step;
import io.kvkeep.repeat.Found;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Writes an answer that is kept or shared to one client, as fast as that client takes it. */
final class AnswerWriter {
    private static final String MARK = "x-kvkeep-cache";

    private final RelayContext relay;
    private final ClientSide client;
    private final HttpRequest request;
    private final AtomicBoolean woken = new AtomicBoolean();
    private @Nullable Found found;
    private String outcome = "5xx";
    private boolean keepsAlive;
    private boolean over;

    AnswerWriter(RelayContext relay, ClientSide client, HttpRequest request) {
        this.relay = relay;
        this.client = client;
        this.request = request;
    }

    /**
     * Begins to write.
     *
     * @param counts whether this request is not yet counted as one that is open
     */
    void begin(Found from, boolean counts) {
        found = from;
        if (counts) {
            relay.metrics().requestBegins();
        }
        write();
    }

    /** Says that there may be something to write; on any thread. */
    void wake() {
        if (relay.loop().inEventLoop()) {
            write();
        } else if (woken.compareAndSet(false, true)) {
            relay.loop().execute(() -> {
                woken.set(false);
                write();
            });
        }
    }

    private void write() {
        Found from = found;
        if (from == null) {
            return;
        }
        boolean wrote = false;
        Step step;
        while (!over && client.isWritable() && (step = from.source().next()) != null) {
            wrote = true;
            if (step instanceof Head first) {
                head(first.head(), from.id());
            } else if (step instanceof Part part) {
                client.write(new DefaultHttpContent(Unpooled.wrappedBuffer(part.bytes())));
            } else if (step instanceof Ended ended) {
                client.write(new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER, ended.trailers()));
                end(from, keepsAlive ? End.KEEP : End.CLOSE, outcome);
                return;
            } else {
                end(from, End.BREAK, "5xx");
                return;
            }
        }
        if (wrote && !over) {
            client.flush();
        }
    }

    private void head(AnswerHead head, String mark) {
        int status = head.status().code();
        boolean http11 = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        outcome = status / 100 + "xx";
        keepsAlive = http11 && HttpUtil.isKeepAlive(request) && !client.isDraining();
        HttpHeaders headers = Headers.UNCHECKED.newHeaders();
        headers.add(head.headers());
        headers.add(MARK, mark);
        if (status != 204 && status != 304 && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            if (http11) {
                headers.add(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            } else {
                keepsAlive = false;
            }
        }
        if (!keepsAlive) {
            headers.add(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        client.answersHead(false);
        client.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, head.status(), headers));
    }

    private void end(Found from, End end, String how) {
        over = true;
        leave(from, how); // counted before the client can know, so that a scrape never lags behind an answer
        client.flush();
        client.done(end);
    }

    /** The client is gone. */
    void clientGone() {
        Found from = found;
        if (from != null && !over) {
            over = true;
            leave(from, "aborted");
        }
    }

    private void leave(Found from, String how) {
        if (from.source().leave()) {
            String dialect = Dialect.of(request.method().name(), request.uri())
                    .map(Dialect::id)
                    .orElse("none");
            relay.metrics().request("unknown", dialect, relay.engine().get().name(), how);
        }
    }
}
