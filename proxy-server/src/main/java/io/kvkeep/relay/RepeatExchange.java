package io.kvkeep.relay;

import io.kvkeep.determined.RepeatKey;
import io.kvkeep.determined.RequestKind;
import io.kvkeep.outgoing.BodyCollector;
import io.kvkeep.repeat.Found;
import io.kvkeep.repeat.Repeats;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request that may be determined. Its body is collected first; then it gets an answer that is kept or on its way,
 * or an {@link Exchange} whose answer others may share. A request that is not determined gets an exchange of its own.
 */
final class RepeatExchange implements Serving {
    private final RelayContext relay;
    private final Repeats repeats;
    private final ClientSide client;
    private final HttpRequest request;
    private final RequestKind kind;
    private final BodyCollector collector;
    private boolean complete;
    /** What serves the request once that is decided; one of both. */
    private @Nullable Exchange exchange;

    private @Nullable AnswerWriter writer;

    private RepeatExchange(
            RelayContext relay, Repeats repeats, ClientSide client, HttpRequest request, RequestKind kind) {
        this.relay = relay;
        this.repeats = repeats;
        this.client = client;
        this.request = request;
        this.kind = kind;
        long length = HttpUtil.isTransferEncodingChunked(request) ? -1 : HttpUtil.getContentLength(request, 0L);
        this.collector = new BodyCollector(length, relay.bodies());
    }

    /** Serves a request whose answer can't be kept by an exchange at once. */
    static Serving orExchange(RelayContext relay, ClientSide client, HttpRequest request) {
        Repeats repeats = relay.repeats().orElse(null);
        if (repeats == null
                || HttpUtil.getContentLength(request, 0L) > relay.limits().rewriteBodyBytes()) {
            return new Exchange(relay, client, request);
        }
        return repeats.kind(request)
                .<Serving>map(kind -> new RepeatExchange(relay, repeats, client, request, kind))
                .orElseGet(() -> new Exchange(relay, client, request));
    }

    @Override
    public void start() {
        if (HttpUtil.is100ContinueExpected(request)) {
            request.headers().remove(HttpHeaderNames.EXPECT); // else the exchange would say it again
            client.write(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
            client.flush();
        }
    }

    @Override
    public boolean isRequestComplete() {
        return complete;
    }

    @Override
    public void requestContent(HttpContent content) {
        complete = content instanceof LastHttpContent;
        Exchange serving = exchange;
        if (serving != null) {
            serving.requestContent(content);
        } else if (writer != null) {
            content.release();
        } else if (!collect(content.content())) {
            passOn(content);
        } else if (content instanceof LastHttpContent last) {
            decide(last);
        } else {
            content.release();
        }
    }

    private boolean collect(ByteBuf part) {
        boolean first = collector.length() == 0;
        return (!first || Exchange.startsObject(part))
                && collector.length() + (long) part.readableBytes()
                        <= relay.limits().rewriteBodyBytes()
                && collector.add(part);
    }

    private void decide(LastHttpContent last) {
        long readNanos = System.nanoTime();
        byte[] body = collector.bytes();
        Optional<RepeatKey> key =
                repeats.key(kind, request, body, relay.engine().get());
        HttpContent whole = new DefaultLastHttpContent(Unpooled.wrappedBuffer(body), last.trailingHeaders());
        last.release();
        collector.free();
        if (key.isEmpty()) {
            startExchange(client, readNanos).requestContent(whole);
            return;
        }
        AnswerWriter open = new AnswerWriter(relay, client, request);
        writer = open;
        Found found = repeats.find(kind, key.get(), request.headers(), open::wake);
        relay.metrics().repeat(kind.id(), relay.engine().get().name(), found.id());
        if (found instanceof Found.Miss miss) {
            open.begin(found, false);
            SharedUpstream upstream = new SharedUpstream(relay.loop(), miss.answer());
            Exchange asking = new Exchange(relay, upstream, request);
            upstream.start(asking, readNanos, whole);
        } else {
            whole.release();
            open.begin(found, true);
        }
    }

    /** Gives the rest of the request, and what there is of it, to an exchange. */
    private void passOn(HttpContent content) {
        byte[] body = collector.bytes();
        collector.free();
        Exchange serving = startExchange(client, 0);
        if (body.length > 0) {
            serving.requestContent(new DefaultHttpContent(Unpooled.wrappedBuffer(body)));
        }
        serving.requestContent(content);
    }

    private Exchange startExchange(ClientSide side, long readNanos) {
        Exchange serving = new Exchange(relay, side, request);
        exchange = serving;
        serving.completeSince(readNanos);
        serving.start();
        return serving;
    }

    @Override
    public void clientWritable(boolean writable) {
        if (exchange != null) {
            exchange.clientWritable(writable);
        } else if (writer != null && writable) {
            writer.wake();
        }
    }

    @Override
    public void fail(HttpResponseStatus status, String type, String message) {
        serving().fail(status, type, message);
    }

    @Override
    public void clientGone() {
        AnswerWriter open = writer;
        if (open != null) {
            open.clientGone();
        } else {
            serving().clientGone();
        }
    }

    /** What ends before it is complete is an exchange's to answer and to count. */
    private Exchange serving() {
        Exchange serving = exchange;
        if (serving == null) {
            collector.free();
            serving = new Exchange(relay, client, request);
            exchange = serving;
        }
        return serving;
    }
}
