package io.kvkeep.admin;

import io.kvkeep.config.ListenAddress;
import io.kvkeep.engine.Transport;
import io.kvkeep.http.Listening;
import io.kvkeep.metrics.Metrics;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The admin port: {@code /healthz}, {@code /metrics}, {@code /status} and {@code /api/turns}, on a loop of its own. */
public final class AdminServer implements AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 64 << 10;
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final EventLoopGroup loop;
    private final Channel listening;
    private final ListenAddress wanted;

    /**
     * Starts to listen.
     *
     * @param status what {@code /status} shows, in this order
     * @param turns gives the JSON of {@code /api/turns} for what stands behind the question mark, if it can be read
     * @param ready whether requests are served now
     * @throws IOException if the address can't be taken
     */
    public AdminServer(
            ListenAddress address,
            Metrics metrics,
            List<StatusPart> status,
            Function<String, Optional<String>> turns,
            BooleanSupplier ready)
            throws IOException {
        Transport transport = Transport.best();
        StatusPage page = new StatusPage(status);
        this.wanted = address;
        this.loop = transport.loops(1, "kvkeep-admin");
        this.listening = Listening.bind(
                new ServerBootstrap()
                        .group(loop)
                        .channel(transport.serverChannel())
                        .childHandler(new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline()
                                        .addLast(
                                                new HttpServerCodec(),
                                                new HttpObjectAggregator(MAX_REQUEST_BYTES),
                                                new Pages(metrics, page, turns, ready));
                            }
                        }),
                address);
    }

    /** Returns where it listens, with the port that was really taken. */
    public ListenAddress address() {
        return new ListenAddress(wanted.host(), ((InetSocketAddress) listening.localAddress()).getPort());
    }

    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class Pages extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final Metrics metrics;
        private final StatusPage status;
        private final Function<String, Optional<String>> turns;
        private final BooleanSupplier ready;

        Pages(Metrics metrics, StatusPage status, Function<String, Optional<String>> turns, BooleanSupplier ready) {
            this.metrics = metrics;
            this.status = status;
            this.turns = turns;
            this.ready = ready;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            FullHttpResponse answer = answer(request);
            answer.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes())
                    .set("x-content-type-options", "nosniff")
                    .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                    .set(HttpHeaderNames.CONNECTION, "close");
            if (request.method().equals(HttpMethod.HEAD)) {
                answer.content().clear();
            }
            ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
        }

        private FullHttpResponse answer(FullHttpRequest request) {
            boolean reads =
                    request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
            if (!reads) {
                return text(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET and HEAD are served here\n");
            }
            String[] target = request.uri().split("\\?", 2);
            return switch (target[0]) {
                case "/healthz" ->
                    ready.getAsBoolean()
                            ? text(HttpResponseStatus.OK, "ok\n")
                            : text(HttpResponseStatus.SERVICE_UNAVAILABLE, "going down\n");
                case "/metrics" -> page(HttpResponseStatus.OK, METRICS_TYPE, metrics.scrape());
                case "/status" -> page(HttpResponseStatus.OK, "application/json", status.json());
                case "/api/turns" ->
                    turns.apply(target.length > 1 ? target[1] : "")
                            .map(json -> page(HttpResponseStatus.OK, "application/json", json))
                            .orElseGet(() -> text(
                                    HttpResponseStatus.BAD_REQUEST,
                                    "since=ID is all that can be asked, ID a number\n"));
                default -> text(HttpResponseStatus.NOT_FOUND, "here are /healthz, /metrics, /status and /api/turns\n");
            };
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
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
