package io.kvkeep.engine;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The connections to one engine that live on one event loop; kept open between requests, the last used first.
 *
 * <p>llama.cpp, vLLM and SGLang close a connection after five idle seconds, llama.cpp also after 100 requests; a
 * connection is given up before either.
 */
public final class EngineConnections {
    private static final long MAX_IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(3_500);
    private static final long SWEEP_MILLIS = 250;
    private static final int MAX_REQUESTS = 95;
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int MAX_LINE_BYTES = 64 << 10;
    private static final int MAX_HEAD_BYTES = 256 << 10;
    private static final int MAX_PART_BYTES = 64 << 10;

    private final EventLoop loop;
    private final EngineAddress address;
    private final Bootstrap bootstrap;
    private final LongSupplier nanoTime;
    private final Deque<EngineConnection> idle = new ArrayDeque<>();
    private volatile int idleCount;
    private volatile int openCount;
    private boolean sweeping;

    /**
     * @param loop all calls come from this loop
     * @param tls how to encrypt, if the address says so
     */
    public EngineConnections(
            EventLoop loop,
            EngineAddress address,
            Transport transport,
            Optional<SslContext> tls,
            LongSupplier nanoTime) {
        this.loop = loop;
        this.address = address;
        this.nanoTime = nanoTime;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.channel())
                .resolver(new OffLoopResolver())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                // The end of input is seen before the socket is gone, so that its state can still be asked for.
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        tls.ifPresent(context -> channel.pipeline()
                                .addLast(context.newHandler(channel.alloc(), address.host(), address.port())));
                        HeadRoom room = new HeadRoom();
                        channel.pipeline().addLast(room, codec(), new EngineConnection(channel, room));
                    }
                });
    }

    private static HttpClientCodec codec() {
        HttpDecoderConfig config = new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEAD_BYTES)
                .setMaxChunkSize(MAX_PART_BYTES)
                .setValidateHeaders(false);
        return new HttpClientCodec(config, false, false);
    }

    /**
     * Hands a connection to the taker, at once if one is idle.
     *
     * @param fresh whether a connection that was used before won't do
     */
    public void acquire(boolean fresh, Taker taker) {
        EngineConnection ready = fresh ? null : idle.pollLast();
        while (ready != null && !isUsable(ready)) {
            ready.close();
            ready = idle.pollLast();
        }
        idleCount = idle.size();
        if (ready != null) {
            taker.connected(ready);
            return;
        }
        ChannelFuture connecting = bootstrap.connect(address.host(), address.port());
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                opened(connecting.channel());
                taker.connected(connecting.channel().pipeline().get(EngineConnection.class));
            } else {
                taker.notConnected(Broken.words(done.cause()));
            }
        });
    }

    /** Begins an exchange on a connection that was acquired. */
    public void begin(EngineConnection connection, AnswerSink sink) {
        connection.begin(sink);
    }

    /**
     * Takes back a connection whose exchange is complete on both sides. It is lent again only when the present read is
     * over: what else that brings belongs to nobody, and must not reach the next exchange.
     */
    public void release(EngineConnection connection) {
        connection.end(nanoTime.getAsLong());
        connection.reading(true);
        loop.execute(() -> keep(connection));
    }

    private void keep(EngineConnection connection) {
        if (!connection.channel().isActive() || connection.requests() >= MAX_REQUESTS) {
            connection.close();
            return;
        }
        idle.addLast(connection);
        idleCount = idle.size();
        if (!sweeping) {
            sweeping = true;
            loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Returns how many are open and wait for a request. */
    public int idleCount() {
        return idleCount;
    }

    /** Returns how many are open and carry a request. */
    public int activeCount() {
        return Math.max(0, openCount - idleCount);
    }

    // Only the loop writes these counts; the metrics read them from elsewhere.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void opened(Channel channel) {
        openCount++;
        channel.closeFuture().addListener(closed -> openCount--);
    }

    private boolean isUsable(EngineConnection connection) {
        return connection.channel().isActive() && nanoTime.getAsLong() - connection.idleSinceNanos() < MAX_IDLE_NANOS;
    }

    private void sweep() {
        for (Iterator<EngineConnection> all = idle.iterator(); all.hasNext(); ) {
            EngineConnection connection = all.next();
            if (!isUsable(connection)) {
                all.remove();
                connection.close();
            }
        }
        idleCount = idle.size();
        sweeping = !idle.isEmpty();
        if (sweeping) {
            loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Waits for a connection. */
    public interface Taker {
        /** Takes the connection; it is the taker's until it is released or closed. */
        void connected(EngineConnection connection);

        /**
         * Says that there is none.
         *
         * @param problem what the system said
         */
        void notConnected(String problem);
    }
}
