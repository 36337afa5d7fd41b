package io.kvkeep.admin;

import io.kvkeep.config.ListenAddress;
import io.kvkeep.engine.Transport;
import io.kvkeep.http.Listening;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.turns.Turns;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The admin port: the live page at {@code /}, {@code /healthz}, {@code /metrics}, {@code /status}, {@code /api/turns} and
 * {@code /api/events}, on a loop of its own.
 */
public final class AdminServer implements AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 64 << 10;

    private final EventLoopGroup loop;
    private final Channel listening;
    private final ListenAddress wanted;

    /**
     * Starts to listen.
     *
     * @param status what {@code /status} shows, in this order
     * @param turns what became of the last prompts
     * @param proxy where agents connect, host and port
     * @param ready whether requests are served now
     * @throws IOException if the address can't be taken
     */
    public AdminServer(
            ListenAddress address,
            Metrics metrics,
            List<StatusPart> status,
            Turns turns,
            Supplier<String> proxy,
            BooleanSupplier ready)
            throws IOException {
        Transport transport = Transport.best();
        StatusPage page = new StatusPage(status);
        PageFiles files = new PageFiles();
        this.wanted = address;
        this.loop = transport.loops(1, "kvkeep-admin");
        Events events = new Events((EventLoop) loop.iterator().next(), turns);
        turns.onTurn(events::turnsChanged);
        this.listening = Listening.bind(
                new ServerBootstrap()
                        .group(loop)
                        .channel(transport.serverChannel())
                        .childHandler(new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                boolean local = ((InetSocketAddress)
                                                channel.parent().localAddress())
                                        .getAddress()
                                        .isLoopbackAddress();
                                Pages.What what = new Pages.What(metrics, page, turns, events, files, ready, local);
                                channel.pipeline()
                                        .addLast(
                                                new HttpServerCodec(),
                                                new LostAgent(proxy),
                                                new HttpObjectAggregator(MAX_REQUEST_BYTES),
                                                new Pages(what));
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
}
