package io.kvkeep.reading;

import io.kvkeep.engine.AnswerSink;
import io.kvkeep.engine.EngineConnection;
import io.kvkeep.engine.EngineConnections;
import io.kvkeep.reuse.ReportedUsage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends on connections of one event loop. */
public final class EngineSender implements Sender {
    private static final int OK = 200;
    private static final long MAX_MINUTES = 30;

    private final EventLoop loop;
    private final EngineConnections connections;

    /**
     * @param connections live on the loop
     */
    public EngineSender(EventLoop loop, EngineConnections connections) {
        this.loop = loop;
        this.connections = connections;
    }

    @Override
    public Runnable send(Request request, Consumer<Result> done) {
        Call call = new Call(request, done);
        loop.execute(call::start);
        return () -> loop.execute(call::breakOff);
    }

    /** One request; all on the loop. */
    private final class Call implements AnswerSink, EngineConnections.Taker {
        private final Request request;
        private final Consumer<Result> done;
        private @Nullable EngineConnection connection;
        private @Nullable Future<?> limit;
        private byte[] last = new byte[0];
        private long startNanos;
        private int status;
        private boolean over;

        Call(Request request, Consumer<Result> done) {
            this.request = request;
            this.done = done;
        }

        void start() {
            if (!over) {
                // An engine that never answers must not stop all reading ahead.
                limit = loop.schedule(this::breakOff, MAX_MINUTES, TimeUnit.MINUTES);
                connections.acquire(true, this);
            }
        }

        @Override
        public void connected(EngineConnection ready) {
            if (over) {
                ready.close();
                return;
            }
            connection = ready;
            connections.begin(ready, this);
            startNanos = System.nanoTime();
            ready.channel()
                    .writeAndFlush(new DefaultFullHttpRequest(
                            HttpVersion.HTTP_1_1,
                            HttpMethod.POST,
                            request.path(),
                            Unpooled.wrappedBuffer(request.body()),
                            request.headers(),
                            EmptyHttpHeaders.INSTANCE));
        }

        @Override
        public void notConnected(String problem) {
            end(End.FAILED);
        }

        @Override
        public void answerHead(HttpResponse head) {
            status = head.status().code();
        }

        @Override
        public void answerContent(HttpContent content) {
            ByteBuf part = content.content();
            int more = Math.min(part.readableBytes(), request.keptBytes());
            int from = Math.max(0, last.length + more - request.keptBytes());
            byte[] kept = Arrays.copyOfRange(last, from, last.length);
            last = Arrays.copyOf(kept, kept.length + more);
            part.getBytes(part.writerIndex() - more, last, kept.length, more);
            boolean ends = content instanceof LastHttpContent;
            content.release();
            if (ends) {
                end(status == OK ? End.DONE : End.FAILED);
            }
        }

        @Override
        public void answerFlush() {
            // nobody waits for parts
        }

        @Override
        public void connectionWritable() {
            // the request was written as a whole
        }

        @Override
        public void connectionLost(boolean tookRequest, String problem) {
            connection = null;
            end(End.FAILED);
        }

        /** A reset, unlike an orderly end, also stops an engine that looks at its client only when it writes. */
        void breakOff() {
            EngineConnection open = connection;
            if (!over && open != null) {
                open.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            }
            end(End.CANCELLED);
        }

        private void end(End end) {
            if (over) {
                return;
            }
            over = true;
            Future<?> waiting = limit;
            if (waiting != null) {
                waiting.cancel(false);
            }
            EngineConnection open = connection;
            if (open != null) {
                open.close();
            }
            ReportedUsage usage = end == End.DONE ? ReportedUsage.read(last) : Progress.read(last);
            long nanos = startNanos == 0 ? 0 : System.nanoTime() - startNanos;
            done.accept(new Result(end, status, usage, nanos, last));
        }
    }
}
