package io.kvkeep.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to an engine; carries one exchange after the other. */
public final class EngineConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(EngineConnection.class);
    /** The state of a connection whose other end said in order that it is done (linux/tcp_states.h). */
    private static final int TCP_CLOSE_WAIT = 8;

    private static final long RESET_FOLLOWS_MILLIS = 20;

    /** So much room in front of a body is enough for the heads that agents send. */
    public static final int HEAD_ROOM_BYTES = 1 << 10;

    private final Channel channel;
    private final HeadRoom room;
    private @Nullable AnswerSink sink;
    private boolean interim;
    private boolean tookRequest;
    private String problem = "the engine closed the connection";
    private int requests;
    private long idleSinceNanos;

    EngineConnection(Channel channel, HeadRoom room) {
        this.channel = channel;
        this.room = room;
    }

    /** Returns the socket, for writing. */
    public Channel channel() {
        return channel;
    }

    /**
     * Sends a request whose body is at hand. Each part is on its way before the next one is made.
     *
     * @param body its parts; the first may have {@link #HEAD_ROOM_BYTES} in front, where the head then goes
     */
    public void send(HttpRequest head, Iterator<ByteBuf> body) {
        room.headIsNext();
        channel.write(head);
        while (true) {
            ByteBuf part = body.hasNext() ? body.next() : Unpooled.EMPTY_BUFFER;
            if (!body.hasNext()) {
                channel.writeAndFlush(new DefaultLastHttpContent(part));
                return;
            }
            channel.writeAndFlush(new DefaultHttpContent(part));
        }
    }

    /** Tells whether it carried a request before the present one, so that the engine may be closing it just now. */
    public boolean isReused() {
        return requests > 1;
    }

    /** Ends the connection at once; the engine sees its client go. */
    public void close() {
        sink = null;
        channel.close();
    }

    /** Starts or stops reading from the engine. */
    public void reading(boolean on) {
        channel.config().setAutoRead(on);
    }

    void begin(AnswerSink next) {
        sink = next;
        requests++;
        tookRequest = false;
        interim = false;
    }

    /** Returns how many requests it has carried. */
    int requests() {
        return requests;
    }

    void end(long nowNanos) {
        sink = null;
        idleSinceNanos = nowNanos;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        AnswerSink taker = sink;
        if (taker == null) {
            // Bytes that nobody asked for: the connection can't be trusted with another request.
            ReferenceCountUtil.release(msg);
            ctx.close();
            return;
        }
        if (msg instanceof HttpResponse head) {
            if (head.decoderResult().isFailure()) {
                ReferenceCountUtil.release(msg);
                problem = "the engine's answer is not HTTP";
                tookRequest = true;
                ctx.close();
                return;
            }
            tookRequest = true; // also by an interim answer
            interim = head.status().code() < 200;
            if (!interim) {
                taker.answerHead(head);
            }
        }
        if (msg instanceof HttpContent content) {
            content(ctx, taker, content);
        } else if (!(msg instanceof HttpResponse)) {
            ReferenceCountUtil.release(msg); // bytes behind a switch of protocols that nobody asked for
            ctx.close();
        }
    }

    private void content(ChannelHandlerContext ctx, AnswerSink taker, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            problem = "the engine's answer has broken chunks";
            ctx.close();
        } else if (interim) {
            // Netty's client codec delivers an interim answer as a whole message.
            interim = !(content instanceof LastHttpContent);
            content.release();
        } else if (sink == null) {
            content.release(); // the head was enough for the sink to give up the connection
        } else {
            taker.answerContent(content);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        AnswerSink taker = sink;
        if (taker != null) {
            taker.answerFlush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        AnswerSink taker = sink;
        if (taker != null && channel.isWritable()) {
            taker.connectionWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        if (sink != null && !tookRequest && peerReadEverything()) {
            channel.eventLoop().schedule(this::closeAfterEnd, RESET_FOLLOWS_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            ctx.close();
        }
    }

    /**
     * Closes a moment after the engine ended its side. A server that shuts its output down before it closes (the JDK's
     * sockets do) says goodbye in order even if it never read the request; only the reset that follows tells.
     */
    private void closeAfterEnd() {
        if (channel.isActive()) {
            tookRequest |= peerReadEverything();
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        AnswerSink taker = sink;
        sink = null;
        if (taker != null) {
            taker.connectionLost(tookRequest, problem);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        problem = "the connection to it broke: " + Broken.words(cause);
        if (!(cause instanceof IOException) && !(cause instanceof PrematureChannelClosureException)) {
            LOG.warn("a connection to the engine is closed after an error; please report this", cause);
        }
        ctx.close();
    }

    /**
     * Tells, at the end of input, whether the engine had read all that was sent before it closed. A server that closes
     * an idle connection in the moment of its use never reads the request: its kernel answers with a reset, or has not
     * acknowledged the bytes yet. Only then may the request be sent again without being run twice.
     */
    private boolean peerReadEverything() {
        if (channel instanceof EpollSocketChannel epoll) {
            try {
                EpollTcpInfo info = epoll.tcpInfo();
                return info.state() == TCP_CLOSE_WAIT && info.unacked() == 0;
            } catch (ChannelException e) {
                return false; // reset meanwhile
            }
        }
        return false;
    }
}
