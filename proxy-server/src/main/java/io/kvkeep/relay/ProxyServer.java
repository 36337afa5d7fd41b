package io.kvkeep.relay;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.ahead.Renewed;
import io.kvkeep.config.Config;
import io.kvkeep.config.ListenAddress;
import io.kvkeep.config.Mode;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineConnections;
import io.kvkeep.engine.EngineWatch;
import io.kvkeep.engine.Transport;
import io.kvkeep.http.AnswerEncoder;
import io.kvkeep.http.FramingGuard;
import io.kvkeep.http.Headers;
import io.kvkeep.http.Listening;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.outgoing.BodyBudget;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.profile.Profiles;
import io.kvkeep.readahead.Counts;
import io.kvkeep.readahead.ReadAhead;
import io.kvkeep.reading.EndedTurn;
import io.kvkeep.reading.EngineSender;
import io.kvkeep.reading.Renewals;
import io.kvkeep.recording.Recorder;
import io.kvkeep.reload.Ledgers;
import io.kvkeep.repeat.Repeats;
import io.kvkeep.settle.SettleThread;
import io.kvkeep.settle.Settlement;
import io.kvkeep.settle.Tenants;
import io.kvkeep.turns.Turns;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * The listening side: accepts clients on a loop of its own, so that a burst of new ones does not stall open streams,
 * and spreads them over the loops that relay.
 */
public final class ProxyServer implements AutoCloseable {
    private static final int BACKLOG = 4_096;
    private static final int MAX_LINE_BYTES = 64 << 10;
    private static final int MAX_PART_BYTES = 256 << 10;
    private static final int MIN_READ_BYTES = 512;
    private static final int FIRST_READ_BYTES = 16 << 10;
    private static final int MAX_READ_BYTES = 256 << 10;
    /** In a row, before other connections have their turn. */
    private static final int MAX_READS = 4;

    private final EventLoopGroup acceptor;
    private final EventLoopGroup loops;
    private final Transport transport = Transport.best();
    private final Map<EventLoop, LoopRelay> contexts = new HashMap<>();
    private final SettleThread settling = new SettleThread();
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ReadAhead readAhead;
    private final Channel listening;
    private final Tenants tenants;
    private final Metrics metrics;
    private final Settlement settlement;
    private volatile Config config;
    private volatile Ledgers.Open ledgers;
    private volatile Optional<Repeats> repeats;
    private volatile Rewriting rewriting;
    private volatile boolean draining;

    /**
     * Starts to listen.
     *
     * @param recorder writes requests into a file, if they are to be recorded
     * @throws IOException if the address can't be taken; the message names it
     */
    public ProxyServer(
            Config config,
            EngineWatch watch,
            Profiles profiles,
            Tenants tenants,
            Ledgers.Open ledgers,
            Settlement settlement,
            Turns turns,
            Metrics metrics,
            Optional<Recorder> recorder)
            throws IOException {
        this.config = config;
        this.tenants = tenants;
        this.metrics = metrics;
        this.ledgers = ledgers;
        this.acceptor = transport.loops(1, "kvkeep-accept");
        this.loops = transport.loops(config.eventLoops(), "kvkeep-relay");
        this.settlement = settlement;
        settlement.apply(config);
        BodyBudget bodies = BodyBudget.ofHeap();
        this.rewriting = new Rewriting(new Rewriter(profiles), tenants, ledgers, metrics, config);
        this.repeats = repeats(config);
        EngineAddress address = watch.engine().address();
        Optional<SslContext> tls = tls(address);
        this.readAhead = readAhead(address, tls);
        for (EventExecutor executor : loops) {
            EventLoop loop = (EventLoop) executor;
            EngineConnections connections = new EngineConnections(loop, address, transport, tls, System::nanoTime);
            contexts.put(
                    loop,
                    new LoopRelay(new RelayContext(
                            loop,
                            watch::engine,
                            connections,
                            rewriting,
                            repeats,
                            recorder,
                            settling,
                            settlement,
                            turns,
                            readAhead,
                            metrics,
                            bodies,
                            config.limits())));
        }
        gauges(watch.engine().name());
        repeats.ifPresent(any -> repeatGauges());
        try {
            this.listening = listen(config.listen());
        } catch (IOException e) {
            stopLoops();
            throw e;
        }
    }

    private ReadAhead readAhead(EngineAddress address, Optional<SslContext> tls) {
        EventLoop loop = loops.next();
        EngineConnections own = new EngineConnections(loop, address, transport, tls, System::nanoTime);
        Renewals renewals = new Renewals() {
            @Override
            public Optional<Renewed> renew(EndedTurn turn, boolean fold) {
                return rewriting.renew(turn, fold);
            }

            @Override
            public boolean keep(Renewed renewed) {
                return rewriting.keep(renewed);
            }
        };
        return ReadAhead.start(
                policy(config), metrics::isQuiet, new EngineSender(loop, own), renewals, new Counts(metrics));
    }

    private static ReadAheadPolicy policy(Config of) {
        return of.mode() == Mode.REWRITE ? of.readAhead() : ReadAheadPolicy.OFF;
    }

    /** Says that the engine holds nothing of what was sent to it until now. */
    public void engineGone() {
        rewriting.engineGone();
    }

    /** Returns what reads ahead, for the operator. */
    public ReadAhead readAhead() {
        return readAhead;
    }

    /**
     * Serves requests that begin from now on in another way; those under way end as they began.
     *
     * @param nextLedgers those that go with the configuration
     */
    public synchronized void apply(Config next, Profiles profiles, Ledgers.Open nextLedgers) {
        boolean same = next.mode() == config.mode() && next.repeats().equals(config.repeats());
        rewriting = rewriting.with(new Rewriter(profiles), nextLedgers, next);
        if (!same) {
            repeats = repeats(next);
            repeats.ifPresent(any -> repeatGauges());
        }
        settlement.apply(next);
        readAhead.apply(policy(next));
        ledgers = nextLedgers;
        config = next;
        contexts.values().forEach(one -> one.set(one.get().with(rewriting, repeats, next.limits())));
    }

    private Optional<Repeats> repeats(Config of) {
        return of.repeats().on() && of.mode() == Mode.REWRITE
                ? Optional.of(new Repeats(of.repeats(), tenants, System::nanoTime))
                : Optional.empty();
    }

    private void stopLoops() {
        readAhead.close();
        // With no quiet time at all, what closing connections still have to release would be dropped.
        loops.shutdownGracefully(10, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
        acceptor.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        settling.close();
    }

    private static Optional<SslContext> tls(EngineAddress address) throws SSLException {
        return address.tls() ? Optional.of(SslContextBuilder.forClient().build()) : Optional.empty();
    }

    private Channel listen(ListenAddress address) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(acceptor, loops)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                // Prompts are large: fewer, larger reads than Netty's 64 KiB; it begins small and grows as they come.
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(MIN_READ_BYTES, FIRST_READ_BYTES, MAX_READ_BYTES)
                                .maxMessagesPerRead(MAX_READS))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        initClient(channel);
                    }
                });
        return Listening.bind(bootstrap, address);
    }

    private void initClient(Channel channel) {
        LoopRelay context = contexts.get(channel.eventLoop());
        if (context == null) {
            throw new IllegalStateException("a client on a loop that relays nothing");
        }
        AnswerEncoder encoder = new AnswerEncoder();
        int headBytes = config.limits().headBytes();
        HttpDecoderConfig decoding = new HttpDecoderConfig()
                .setMaxInitialLineLength(Math.max(MAX_LINE_BYTES, headBytes))
                .setMaxHeaderSize(2 * headBytes)
                .setMaxChunkSize(MAX_PART_BYTES)
                .setHeadersFactory(Headers.UNCHECKED)
                .setTrailersFactory(Headers.UNCHECKED);
        ClientHandler handler = new ClientHandler(context, channel, encoder);
        channel.pipeline().addLast(new FramingGuard(headBytes), new HttpRequestDecoder(decoding), encoder, handler);
        clients.add(channel);
        if (draining) {
            handler.drain(); // accepted while close() went through the others
        }
    }

    private void gauges(String engine) {
        metrics.expect(engine);
        metrics.gauge(
                "kvkeep.ledger.lanes",
                "Lanes that the ledger holds.",
                () -> ledgers.used().size());
        metrics.gauge(
                "kvkeep.ledger.memory.bytes",
                "About how much memory the ledger takes.",
                () -> ledgers.used().bytes());
        metrics.gauge(
                "kvkeep.ledger.disk.bytes",
                "Length of the ledger's file.",
                () -> ledgers.used().diskBytes());
        metrics.gauge("kvkeep.client.connections", "Open connections of clients.", clients::size);
        metrics.gauge(
                "kvkeep.engine.connections",
                "Open connections to the engine.",
                () -> contexts.values().stream()
                        .mapToInt(one -> one.get().connections().activeCount())
                        .sum(),
                "engine",
                engine,
                "state",
                "active");
        metrics.gauge(
                "kvkeep.engine.connections",
                "Open connections to the engine.",
                () -> contexts.values().stream()
                        .mapToInt(one -> one.get().connections().idleCount())
                        .sum(),
                "engine",
                engine,
                "state",
                "idle");
    }

    private void repeatGauges() {
        metrics.gauge(
                "kvkeep.repeats.answers",
                "Answers that are kept for repeats.",
                () -> repeats.map(Repeats::count).orElse(0L));
        metrics.gauge(
                "kvkeep.repeats.memory.bytes",
                "How much memory answers for repeats take, those on their way included.",
                () -> repeats.map(Repeats::bytes).orElse(0L));
    }

    /** Returns where it listens, with the port that was really taken. */
    public ListenAddress address() {
        InetSocketAddress local = (InetSocketAddress) listening.localAddress();
        return new ListenAddress(config.listen().host(), local.getPort());
    }

    /** Accepts nobody any more, lets running answers end, and closes; blocks for at most the drain timeout. */
    @Override
    public void close() {
        draining = true;
        listening.close().awaitUninterruptibly();
        for (Channel client : clients) {
            ClientHandler handler = client.pipeline().get(ClientHandler.class);
            if (handler != null) {
                handler.drain();
            }
        }
        clients.newCloseFuture()
                .awaitUninterruptibly(config.limits().drainTimeout().toMillis());
        clients.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        stopLoops();
    }
}
