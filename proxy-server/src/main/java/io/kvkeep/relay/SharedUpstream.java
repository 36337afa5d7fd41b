package io.kvkeep.relay;

import io.kvkeep.repeat.AnswerHead;
import io.kvkeep.repeat.SharedAnswer;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Stands between an exchange and all clients of its answer: to the exchange it is the client. */
final class SharedUpstream implements ClientSide, SharedAnswer.Upstream {
    private final EventLoop loop;
    private final SharedAnswer answer;
    private @Nullable Exchange exchange;
    private @Nullable HttpHeaders trailers;

    SharedUpstream(EventLoop loop, SharedAnswer answer) {
        this.loop = loop;
        this.answer = answer;
    }

    /**
     * Lets an exchange ask the engine.
     *
     * @param readNanos when the request was complete
     * @param body all of it
     */
    void start(Exchange asking, long readNanos, HttpContent body) {
        exchange = asking;
        answer.from(this);
        asking.completeSince(readNanos);
        asking.start();
        asking.requestContent(body);
    }

    // ---- what the exchange says to its client

    @Override
    public void write(HttpObject part) {
        try {
            if (part instanceof HttpResponse head) {
                answer.head(AnswerHead.of(head));
            }
            if (part instanceof HttpContent content && content.content().isReadable()) {
                answer.add(content.content());
            }
            if (part instanceof LastHttpContent last) {
                trailers = last.trailingHeaders();
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    @Override
    public void flush() {
        if (trailers == null) { // else the end follows, and no client is to see it before the answer is kept
            answer.flush();
        }
    }

    @Override
    public void done(End end) {
        HttpHeaders last = trailers;
        if (end == End.BREAK || last == null) {
            answer.breakOff();
        } else {
            answer.end(last);
        }
    }

    @Override
    public boolean isWritable() {
        return !answer.isPaused();
    }

    @Override
    public void answersHead(boolean head) {
        // the requests here are POST
    }

    @Override
    public void reading(boolean on) {
        // the request is complete
    }

    @Override
    public boolean isDraining() {
        return false; // each client's connection has its own end
    }

    @Override
    public ByteBufAllocator alloc() {
        return PooledByteBufAllocator.DEFAULT;
    }

    // ---- what the clients say to the exchange

    @Override
    public void goOn() {
        loop.execute(() -> {
            Exchange asking = exchange;
            if (asking != null && !answer.isPaused()) {
                asking.clientWritable(true);
            }
        });
    }

    @Override
    public void abandon() {
        Exchange asking = exchange;
        if (asking == null) {
            return;
        }
        if (loop.inEventLoop()) {
            asking.clientGone();
        } else {
            loop.execute(asking::clientGone);
        }
    }

    @Override
    public void later(Runnable task, long nanos) {
        loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }
}
