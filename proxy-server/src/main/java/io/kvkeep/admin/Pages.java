package io.kvkeep.admin;

import io.kvkeep.admin.PageFiles.PageFile;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.turns.Turns;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Answers one client of the admin port. */
final class Pages extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String JSON_TYPE = "application/json";
    private static final String TURNS = "/api/turns";
    /** Nothing but the page's own files, no markup from text, and no frame around it. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private final What what;
    private boolean streams;

    Pages(What what) {
        this.what = what;
    }

    /**
     * What there is to tell.
     *
     * @param ready whether requests are served now
     * @param local whether the port is bound to this machine alone
     */
    record What(
            Metrics metrics,
            StatusPage status,
            Turns turns,
            Events events,
            PageFiles files,
            BooleanSupplier ready,
            boolean local) {}

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (streams || !ctx.channel().isActive()) {
            return; // the answer to an earlier request never ends, or has ended the connection
        }
        boolean wantsEvents =
                request.method().equals(HttpMethod.GET) && path(request).equals("/api/events") && isAllowed(request);
        if (wantsEvents) {
            streams = what.events().take(ctx.channel(), request.headers().get("last-event-id", ""));
            if (streams) {
                return;
            }
        }
        FullHttpResponse answer = wantsEvents
                ? text(HttpResponseStatus.SERVICE_UNAVAILABLE, "too many pages are open; this one asks now and then\n")
                : answer(request);
        secure(answer.headers());
        answer.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        if (request.method().equals(HttpMethod.HEAD)) {
            answer.content().clear();
        }
        ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    /** Sets what holds for every answer of this port. */
    static void secure(HttpHeaders headers) {
        headers.set("content-security-policy", POLICY)
                .set("x-content-type-options", "nosniff")
                .set("referrer-policy", "no-referrer")
                .set("cross-origin-resource-policy", "same-origin")
                .set("cross-origin-opener-policy", "same-origin")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    }

    private boolean isAllowed(FullHttpRequest request) {
        return !what.local() || HostCheck.allows(request.headers().get(HttpHeaderNames.HOST));
    }

    private static String path(FullHttpRequest request) {
        return request.uri().split("\\?", 2)[0];
    }

    private FullHttpResponse answer(FullHttpRequest request) {
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (!reads) {
            return text(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET and HEAD are served here\n");
        }
        String path = path(request);
        if (!isAllowed(request) && !path.equals("/healthz")) {
            return text(
                    HttpResponseStatus.FORBIDDEN,
                    "the Host header is a name that kvkeep does not know; this port is bound to this machine alone, so"
                            + " use its address or localhost\n");
        }
        int question = request.uri().indexOf('?');
        String query = question < 0 ? "" : request.uri().substring(question + 1);
        Optional<PageFile> file = what.files().of(path);
        if (file.isPresent()) {
            return page(HttpResponseStatus.OK, file.get().type(), file.get().text());
        }
        if (path.startsWith(TURNS + "/")) {
            return turn(path.substring(TURNS.length() + 1));
        }
        return switch (path) {
            case "/healthz" ->
                what.ready().getAsBoolean()
                        ? text(HttpResponseStatus.OK, "ok\n")
                        : text(HttpResponseStatus.SERVICE_UNAVAILABLE, "going down\n");
            case "/metrics" ->
                page(HttpResponseStatus.OK, METRICS_TYPE, what.metrics().scrape());
            case "/status" ->
                page(HttpResponseStatus.OK, JSON_TYPE, what.status().json());
            case TURNS ->
                what.turns()
                        .json(query)
                        .map(json -> page(HttpResponseStatus.OK, JSON_TYPE, json))
                        .orElseGet(() -> text(
                                HttpResponseStatus.BAD_REQUEST, "since=ID is all that can be asked, ID a number\n"));
            default ->
                text(
                        HttpResponseStatus.NOT_FOUND,
                        "here are /, /healthz, /metrics, /status, /api/turns, /api/turns/ID and /api/events\n");
        };
    }

    private FullHttpResponse turn(String id) {
        Optional<String> json = id.matches("[0-9]{1,18}") ? what.turns().json(Long.parseLong(id)) : Optional.empty();
        return json.map(one -> page(HttpResponseStatus.OK, JSON_TYPE, one))
                .orElseGet(() -> text(HttpResponseStatus.NOT_FOUND, "there is no such turn, or not any more\n"));
    }

    private static FullHttpResponse text(HttpResponseStatus status, String text) {
        return page(status, "text/plain; charset=utf-8", text);
    }

    private static FullHttpResponse page(HttpResponseStatus status, String type, String text) {
        FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        answer.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
        return answer;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        what.events().writable(ctx.channel());
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
