package io.kvkeep.engine;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Puts the head of a request into the room in front of its body, so that both go in one system call and the engine wakes
 * up once. Netty gathers no more than a socket's first buffer takes, and a prompt is longer.
 */
final class HeadRoom extends ChannelOutboundHandlerAdapter {
    private boolean headIsNext;
    private @Nullable ByteBuf head;

    /** Says that the next buffer is a head, and the one behind it a body that may have room in front. */
    void headIsNext() {
        headIsNext = true;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (headIsNext && msg instanceof ByteBuf bytes) {
            headIsNext = false;
            head = bytes;
            return; // nobody waits for it alone: the body's promise tells of both
        }
        if (msg instanceof ByteBuf body && head != null && head.readableBytes() <= body.readerIndex()) {
            join(head, body);
        }
        passHead(ctx);
        ctx.write(msg, promise);
    }

    private void join(ByteBuf before, ByteBuf body) {
        int start = body.readerIndex() - before.readableBytes();
        body.setBytes(start, before, before.readerIndex(), before.readableBytes());
        body.readerIndex(start);
        drop();
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        passHead(ctx);
        ctx.flush();
    }

    private void passHead(ChannelHandlerContext ctx) {
        ByteBuf alone = head;
        head = null;
        if (alone != null) {
            ctx.write(alone);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        drop();
    }

    private void drop() {
        if (head != null) {
            head.release();
            head = null;
        }
    }
}
