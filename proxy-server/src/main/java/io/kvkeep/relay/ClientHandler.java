package io.kvkeep.relay;

import io.kvkeep.http.AnswerEncoder;
import io.kvkeep.http.ErrorForm;
import io.kvkeep.http.OwnAnswers;
import io.kvkeep.http.Refused;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: one exchange after the other, in the order of the requests.
 *
 * <p>It keeps reading while an answer is under way, since only a read shows that the client has gone; requests that
 * come early wait, and when too many do, reading pauses.
 */
final class ClientHandler extends ChannelInboundHandlerAdapter implements ClientSide {
    private static final Logger LOG = LoggerFactory.getLogger(ClientHandler.class);
    private static final int MAX_WAITING = 64;
    private static final long TICK_SECONDS = 5;
    private static final long LINGER_SECONDS = 2;

    private final Supplier<RelayContext> relay;
    private final Channel channel;
    private final AnswerEncoder encoder;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private @Nullable Serving exchange;
    private boolean accepting;
    private boolean draining;
    private boolean closing;
    private long lastReadNanos = System.nanoTime();

    /**
     * Serves a client.
     *
     * @param relay gives what the next exchange goes by
     */
    ClientHandler(Supplier<RelayContext> relay, Channel channel, AnswerEncoder encoder) {
        this.relay = relay;
        this.channel = channel;
        this.encoder = encoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        relay.get().loop().schedule(this::tick, TICK_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        lastReadNanos = System.nanoTime();
        if (closing) {
            ReferenceCountUtil.release(msg);
            return;
        }
        waiting.add(msg);
        acceptWaiting();
        if (waiting.size() > MAX_WAITING) {
            reading(false);
        }
    }

    /** Takes messages as long as they belong to the present request, or no request is under way. */
    private void acceptWaiting() {
        if (accepting) {
            return;
        }
        accepting = true;
        try {
            while (!closing && !waiting.isEmpty()) {
                Serving current = exchange;
                if (current != null && current.isRequestComplete()) {
                    return;
                }
                accept(current, waiting.remove());
            }
        } finally {
            accepting = false;
        }
    }

    private void accept(@Nullable Serving current, Object msg) {
        if (msg instanceof Refused refused) {
            refuse(current, refused);
        } else if (msg instanceof HttpObject part && part.decoderResult().isFailure()) {
            ReferenceCountUtil.release(msg);
            refuse(current, new Refused(HttpResponseStatus.BAD_REQUEST, "the request is not HTTP"));
        } else if (msg instanceof HttpRequest request) {
            Serving next = RepeatExchange.orExchange(relay.get(), this, request);
            exchange = next;
            next.start();
            if (msg instanceof HttpContent content) {
                next.requestContent(content);
            }
        } else if (msg instanceof HttpContent content && current != null) {
            current.requestContent(content);
        } else {
            ReferenceCountUtil.release(msg);
        }
    }

    private void refuse(@Nullable Serving current, Refused refused) {
        LOG.debug("request refused with {}: {}", refused.status(), refused.problem());
        if (current != null) {
            current.fail(refused.status(), "invalid_request_error", refused.problem());
        } else {
            write(OwnAnswers.error(ErrorForm.OPENAI, refused.status(), "invalid_request_error", refused.problem()));
            done(End.CLOSE);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Serving current = exchange;
        if (current != null) {
            current.clientWritable(channel.isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Serving current = exchange;
        exchange = null;
        if (current != null) {
            current.clientGone();
        }
        closing = true;
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("client connection broke: {}", cause.toString());
        } else {
            LOG.warn("a client connection is closed after an error; please report this", cause);
        }
        ctx.close();
    }

    /** Lets the present exchange be the last one; closes at once if there is none. Called on any thread. */
    void drain() {
        relay.get().loop().execute(() -> {
            draining = true;
            if (exchange == null) {
                channel.close();
            }
        });
    }

    private void tick() {
        if (!channel.isActive()) {
            return;
        }
        long quietNanos = System.nanoTime() - lastReadNanos;
        Serving current = exchange;
        if (current == null && quietNanos > relay.get().limits().idleTimeout().toNanos()) {
            channel.close();
        } else if (current != null
                && !current.isRequestComplete()
                && channel.config().isAutoRead()
                && quietNanos > relay.get().limits().uploadTimeout().toNanos()) {
            current.fail(
                    HttpResponseStatus.REQUEST_TIMEOUT,
                    "timeout",
                    "the request paused for more than "
                            + relay.get().limits().uploadTimeout().toSeconds() + " s (timeouts.upload-seconds)");
        }
        relay.get().loop().schedule(this::tick, TICK_SECONDS, TimeUnit.SECONDS);
    }

    // ---- ClientSide

    @Override
    public void write(HttpObject part) {
        channel.write(part, channel.voidPromise());
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void answersHead(boolean head) {
        encoder.answersHead(head);
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void reading(boolean on) {
        if (on) {
            lastReadNanos = System.nanoTime(); // a pause of our own is not one of the client's
        }
        // One read may hold thousands of small requests; no more are let in before these are served.
        channel.config().setAutoRead(on && waiting.size() <= MAX_WAITING);
    }

    @Override
    public boolean isDraining() {
        return draining;
    }

    @Override
    public ByteBufAllocator alloc() {
        return channel.alloc();
    }

    @Override
    public void done(End end) {
        Serving ended = exchange;
        exchange = null;
        if (end == End.KEEP && !draining) {
            acceptWaiting();
            reading(true);
            return;
        }
        closing = true;
        if (end == End.BREAK || ended == null || ended.isRequestComplete()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else {
            linger();
        }
    }

    /**
     * Ends a connection on which the client is still sending. A close with unread bytes would make the kernel send a
     * reset, which can overtake the answer; so what comes is read and dropped for a moment (RFC 9112, 9.6).
     */
    private void linger() {
        reading(true);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            ((DuplexChannel) channel).shutdownOutput();
            relay.get().loop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        });
    }
}
