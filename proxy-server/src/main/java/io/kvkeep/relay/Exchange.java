package io.kvkeep.relay;

import io.kvkeep.answer.Emitted;
import io.kvkeep.config.Limits;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.engine.AnswerSink;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineConnection;
import io.kvkeep.engine.EngineConnections;
import io.kvkeep.http.ErrorForm;
import io.kvkeep.http.Headers;
import io.kvkeep.http.OwnAnswers;
import io.kvkeep.ledger.Lane;
import io.kvkeep.outgoing.BodyCollector;
import io.kvkeep.outgoing.EngineHead;
import io.kvkeep.outgoing.Outgoing;
import io.kvkeep.outgoing.OutgoingParts;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.recording.RecordedExchange;
import io.kvkeep.relay.ClientSide.End;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way to the engine and its answer on the way back; lives on one event loop, so it needs no locks.
 *
 * <p>A body that may hold a prompt, and any small one, is collected and sent when it is complete; it can then be sent
 * again. Every other body streams through. The answer goes on part by part as it comes.
 */
/*
 * Over the usual length: these are the transitions of one state machine between two connections, and what makes it
 * hard is that each can fail in each state; apart from each other they could not be checked by reading.
 */
final class Exchange implements Serving, AnswerSink, EngineConnections.Taker {
    /** A body that is collected whatever it holds, so that a stale connection costs nobody an error. */
    private static final int SMALL_BODY_BYTES = 64 << 10;
    /** What says nothing about the form of a body: credentials, unknown models, time, load. */
    private static final Set<Integer> NOT_ABOUT_THE_BODY = Set.of(401, 403, 404, 407, 408, 429);

    private static final long RETRY_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final byte[] EVENT_GAP = {'\n', '\n'};
    private static final byte[] LINE_END = {'\n'};
    private static final byte[] NOTHING = {};

    private enum Upload {
        COLLECTING,
        STREAMING,
        COMPLETE
    }

    private final RelayContext relay;
    private final ClientSide client;
    private final HttpRequest request;
    private final Optional<Dialect> dialect;
    private final ErrorForm errors;
    private final Queue<HttpContent> unsent = new ArrayDeque<>();
    private final boolean chunked;
    /** Length of the request's body, or -1 if it is not known before its end. */
    private final long length;

    private final boolean small;
    private final boolean encoded;
    private final BodyCollector collector;
    private Upload upload;
    private @Nullable Outgoing outgoing;
    /** What was sent first; the original may have followed. */
    private @Nullable Outgoing firstSent;

    private Optional<Lane> lane = Optional.empty();
    private @Nullable Emitted said;
    private long promptNumber;
    private long laneId;
    private @Nullable EngineConnection connection;
    private @Nullable UsageChunkFilter filter;
    private @Nullable AnswerTap tap;
    private @Nullable RecordedExchange recorded;
    private @Nullable HttpResponse answer;
    private @Nullable Future<?> silence;
    private Engine engine;
    private long completeNanos;
    private long sentNanos;
    private long firstTokenNanos;
    private long lastHeardNanos;
    private boolean uploaded;
    private boolean resent;
    private boolean retried;
    private boolean firstBytePassed;
    private boolean endsLine = true;
    private boolean keepsAlive;
    private boolean wholeAnswer;
    private boolean over;

    Exchange(RelayContext relay, ClientSide client, HttpRequest request) {
        this.relay = relay;
        this.client = client;
        this.request = request;
        this.engine = relay.engine().get();
        this.dialect = Dialect.of(request.method().name(), request.uri());
        this.errors = ErrorForm.of(EngineHead.target(request));
        this.chunked = HttpUtil.isTransferEncodingChunked(request);
        this.length = chunked ? -1 : HttpUtil.getContentLength(request, 0L);
        this.small = length >= 0 && length <= SMALL_BODY_BYTES;
        this.encoded = request.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
        this.collector = new BodyCollector(length, relay.bodies());
        this.upload = collects() ? Upload.COLLECTING : Upload.STREAMING;
        relay.metrics().requestBegins();
        if (request.method().equals(HttpMethod.POST)) {
            relay.readAhead().requestBegins();
        }
    }

    /** Says when the request was complete, if somebody else has collected its body. */
    void completeSince(long nanos) {
        completeNanos = nanos;
    }

    private boolean collects() {
        if (dialect.isEmpty() || relay.rewriting().isOff()) {
            return small;
        }
        if (encoded) {
            relay.rewriting().passes("content-encoding");
            return small;
        }
        if (small) {
            return true;
        }
        if (length > relay.limits().rewriteBodyBytes()) {
            relay.rewriting().passes("body-too-large");
            return false;
        }
        return true;
    }

    @Override
    public void start() {
        if (HttpUtil.is100ContinueExpected(request)) {
            client.write(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
            client.flush();
        }
        if (request.method().equals(HttpMethod.CONNECT)) {
            fail(HttpResponseStatus.NOT_IMPLEMENTED, "unsupported_method", "kvkeep opens no tunnels");
        } else if (upload == Upload.STREAMING) {
            acquire(false);
        }
    }

    @Override
    public boolean isRequestComplete() {
        return uploaded;
    }

    @Override
    public void requestContent(HttpContent content) {
        uploaded = content instanceof LastHttpContent;
        if (over) {
            content.release();
            return;
        }
        if (uploaded && completeNanos == 0) {
            completeNanos = System.nanoTime();
        }
        if (upload == Upload.COLLECTING) {
            collect(content);
        } else {
            unsent.add(content);
            sendUnsent();
        }
    }

    private void collect(HttpContent content) {
        ByteBuf part = content.content();
        boolean first = collector.length() == 0;
        if (part.isReadable() && first && !small && !startsObject(part)) {
            relay.rewriting().passes("not-json");
            streamInstead(content);
        } else if (collector.length() + (long) part.readableBytes()
                        > relay.limits().rewriteBodyBytes()
                && !small) {
            relay.rewriting().passes("body-too-large");
            streamInstead(content);
        } else if (!collector.add(part)) {
            relay.rewriting().passes("memory");
            streamInstead(content);
        } else {
            content.release();
            if (uploaded) {
                sendCollected();
            }
        }
    }

    /** An engine may answer a body that is no prompt before it is complete; so such a body is not held back. */
    static boolean startsObject(ByteBuf part) {
        for (int i = part.readerIndex(); i < part.writerIndex(); i++) {
            byte b = part.getByte(i);
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b == '{';
            }
        }
        return true;
    }

    private void streamInstead(HttpContent content) {
        upload = Upload.STREAMING;
        if (collector.length() > 0) {
            unsent.add(new DefaultHttpContent(Unpooled.wrappedBuffer(collector.bytes())));
        }
        unsent.add(content);
        acquire(false);
    }

    private void sendCollected() {
        upload = Upload.COMPLETE;
        byte[] body = collector.bytes();
        boolean readable = dialect.isPresent()
                && !relay.rewriting().isOff()
                && !request.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
        outgoing = readable
                ? relay.rewriting().prepare(dialect.get(), request.headers(), body, engine)
                : Outgoing.asItCame(body);
        if (readable) {
            Outgoing made = outgoing;
            recorded = relay.recorder()
                    .map(recorder -> recorder.begin(
                            made.tenant(),
                            EngineHead.target(request),
                            name -> request.headers().get(name, ""),
                            body))
                    .orElse(null);
        }
        acquire(false);
    }

    private void acquire(boolean fresh) {
        if (upload == Upload.STREAMING) {
            client.reading(false);
        }
        relay.connections().acquire(fresh, this);
    }

    @Override
    public void connected(EngineConnection ready) {
        if (over) {
            relay.connections().begin(ready, this);
            relay.connections().release(ready);
            return;
        }
        connection = ready;
        relay.connections().begin(ready, this);
        sentNanos = System.nanoTime();
        lastHeardNanos = sentNanos;
        watchSilence(relay.limits().answerTimeout().toNanos());
        Outgoing whole = outgoing;
        if (whole == null) {
            tellOfPrompt(Optional.empty());
            ready.channel().write(head(EngineHead.NO_LENGTH));
            client.reading(true);
            sendUnsent();
            ready.channel().flush();
            return;
        }
        boolean hasBody = chunked || length > 0 || request.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
        OutgoingParts parts = whole.parts(ready.channel().alloc());
        ready.send(head(hasBody ? parts.length() : EngineHead.NO_LENGTH), parts);
        relay.metrics().added(whole.rewrite().isPresent() ? "rewrite" : "relay", System.nanoTime() - completeNanos);
        if (!resent && !retried) {
            firstSent = whole;
            lane = relay.rewriting().sent(whole);
            laneId = lane.map(Lane::id).orElse(Lane.NO_ID);
            tellOfPrompt(lane);
        }
    }

    /** What is no prompt leaves the engine's cache as it is. */
    private void tellOfPrompt(Optional<Lane> as) {
        if (dialect.isPresent()) {
            boolean side = outgoingRewrite().flatMap(Rewrite::sideRequest).isPresent();
            promptNumber = relay.readAhead().sent(as, side);
        }
    }

    @Override
    public void notConnected(String problem) {
        relay.rewriting().engineGone();
        relay.turns().engineGone();
        relay.readAhead().engineGone();
        if (!over) {
            String message =
                    "kvkeep can't reach the engine at " + engine.address().url() + " (" + problem + "); is it running?";
            answerItself(HttpResponseStatus.BAD_GATEWAY, "engine_unreachable", message, "unreachable");
        }
    }

    private HttpRequest head(long bodyLength) {
        return EngineHead.of(request, engine, bodyLength, upload == Upload.STREAMING && chunked);
    }

    private void sendUnsent() {
        EngineConnection open = connection;
        if (open == null) {
            return;
        }
        HttpContent part;
        while ((part = unsent.poll()) != null) {
            open.channel().write(part);
        }
        open.channel().flush();
        client.reading(uploaded || open.channel().isWritable());
    }

    @Override
    public void connectionWritable() {
        if (upload == Upload.STREAMING && !over) {
            client.reading(true);
        }
    }

    // ---- the answer

    @Override
    public void answerHead(HttpResponse head) {
        lastHeardNanos = System.nanoTime();
        Outgoing sent = outgoing;
        int status = head.status().code();
        if (sent != null && sent.edited() && isAboutTheBody(status)) {
            sendOriginal(sent);
            return;
        }
        if (resent && sent != null && status < 400) {
            relay.rewriting().refused(sent, engine);
        }
        answer = head;
        RecordedExchange recording = recorded;
        if (recording != null) {
            boolean compressed = head.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
            recording.head(status, head.headers().get(HttpHeaderNames.CONTENT_TYPE, ""), compressed);
        }
        if (outgoingRewrite().isPresent() && dialect.isPresent()) {
            tap = new AnswerTap(head, dialect.get(), lane.isPresent());
        }
        keepsAlive = HttpUtil.isKeepAlive(request)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && uploaded
                && !client.isDraining();
        if (sent != null && isOf(head, "text/event-stream") && sent.hidesUsage()) {
            filter = new UsageChunkFilter();
        }
        client.answersHead(request.method().equals(HttpMethod.HEAD));
        client.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, head.status(), clientHeaders(head)));
    }

    private static boolean isAboutTheBody(int status) {
        return status >= 400 && status < 500 && !NOT_ABOUT_THE_BODY.contains(status);
    }

    /** The engine refuses the new form: what the agent itself sent gets its chance, and only that answer counts. */
    private void sendOriginal(Outgoing refused) {
        relay.metrics().originalResent(engine.name());
        lane.ifPresent(kept -> relay.rewriting().forget(refused, kept));
        lane = Optional.empty();
        laneId = Lane.NO_ID;
        resent = true;
        outgoing = refused.unedited();
        dropConnection();
        acquire(false);
    }

    private HttpHeaders clientHeaders(HttpResponse head) {
        HttpHeaders headers = Headers.toClient(head.headers());
        boolean bodiless = isBodiless(head);
        if (filter != null) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        }
        if (!bodiless && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            if (request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
                headers.add(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            } else {
                keepsAlive = false;
            }
        }
        if (!keepsAlive) {
            headers.add(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return headers;
    }

    private boolean isBodiless(HttpResponse head) {
        int status = head.status().code();
        return request.method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
    }

    private static boolean isOf(HttpResponse head, String mediaType) {
        // What is compressed can neither be searched for events nor take one more.
        return head.headers().get(HttpHeaderNames.CONTENT_TYPE, "").startsWith(mediaType)
                && !head.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
    }

    @Override
    public void answerContent(HttpContent content) {
        if (over || answer == null) {
            content.release();
            return;
        }
        lastHeardNanos = System.nanoTime();
        ByteBuf bytes = content.content();
        if (bytes.isReadable()) {
            if (!firstBytePassed) {
                firstBytePassed = true;
                firstTokenNanos = lastHeardNanos - completeNanos;
                outgoingRewrite()
                        .ifPresent(rewrite -> relay.metrics()
                                .timeToFirstToken(rewrite.profile().agent(), engine.name(), firstTokenNanos));
            }
            endsLine = bytes.getByte(bytes.writerIndex() - 1) == '\n';
            RecordedExchange recording = recorded;
            if (recording != null) {
                recording.add(bytes);
            }
            AnswerTap open = tap;
            if (open != null) {
                open.add(bytes);
                if (open.ended()) {
                    keepAnswer(); // the client may go on at once, or leave, before the body ends
                }
            }
        }
        boolean last = content instanceof LastHttpContent;
        client.write(filter == null ? content : filtered(filter, content));
        if (last) {
            complete();
        } else if (!client.isWritable()) {
            reading(false);
        }
    }

    private HttpContent filtered(UsageChunkFilter usage, HttpContent content) {
        ByteBuf passed = usage.pass(content.content(), client.alloc());
        if (content instanceof LastHttpContent last) {
            ByteBuf all = client.alloc().compositeBuffer(2).addComponents(true, passed, usage.end(client.alloc()));
            content.release();
            return new DefaultLastHttpContent(all, last.trailingHeaders());
        }
        content.release();
        return new DefaultHttpContent(passed);
    }

    @Override
    public void answerFlush() {
        if (!over && answer != null) {
            relay.rewriting().written();
            client.flush();
        }
    }

    @Override
    public void clientWritable(boolean writable) {
        reading(writable);
    }

    private void reading(boolean on) {
        EngineConnection open = connection;
        if (open != null) {
            open.reading(on);
        }
    }

    private void complete() {
        EngineConnection open = connection;
        HttpResponse head = answer;
        connection = null;
        if (open != null && head != null) {
            boolean reusable = uploaded && unsent.isEmpty() && HttpUtil.isKeepAlive(head) && endsItself(head);
            if (reusable) {
                relay.connections().release(open);
            } else {
                open.close();
            }
        }
        keepAnswer();
        endRecord(true);
        wholeAnswer = true;
        end(keepsAlive ? End.KEEP : End.CLOSE, head == null ? "5xx" : group(head.status()));
    }

    /** Keeps what the model said, before the client can go on with it. */
    private void keepAnswer() {
        AnswerTap done = tap;
        if (done != null && lane.isPresent()) {
            try {
                said = done.emitted().orElse(null);
                if (said != null) {
                    relay.rewriting().answered(lane.get(), said);
                }
                lane = Optional.empty();
            } catch (RuntimeException e) {
                LOG.warn("an answer was not kept; please report this", e);
            }
        }
    }

    /** Tells whether the end of the answer was told by the answer, and not by the end of the connection. */
    private boolean endsItself(HttpResponse head) {
        return HttpUtil.isContentLengthSet(head) || HttpUtil.isTransferEncodingChunked(head) || isBodiless(head);
    }

    /** Has counted what was sent and what was reused; the client already has its answer and waits for none of this. */
    private void settle() {
        Outgoing first = firstSent;
        if (first != null && first.rewrite().isPresent()) {
            Optional<EndedExchange> ended = ended();
            relay.settling().later(() -> {
                relay.rewriting().count(first);
                ended.ifPresent(exchange -> exchange.settle(relay));
            });
        }
    }

    private Optional<EndedExchange> ended() {
        Outgoing last = outgoing;
        AnswerTap done = tap;
        boolean answered = wholeAnswer && answer != null && answer.status().code() == 200;
        if (!answered || last == null || done == null || last.rewrite().isEmpty() || dialect.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new EndedExchange(
                last,
                last.rewrite().get(),
                done,
                dialect.get(),
                engine,
                laneId,
                promptNumber,
                EngineHead.target(request),
                request.headers(),
                Optional.ofNullable(said),
                System.nanoTime() - completeNanos,
                firstTokenNanos));
    }

    // ---- what can go wrong

    @Override
    public void connectionLost(boolean tookRequest, String problem) {
        EngineConnection lost = connection;
        connection = null;
        if (over) {
            return;
        }
        // A connection that was stale shows it within a round trip; later the engine may well have begun.
        boolean atOnce = System.nanoTime() - sentNanos < RETRY_WITHIN_NANOS;
        boolean maySendAgain =
                lost != null && lost.isReused() && !tookRequest && atOnce && !retried && outgoing != null;
        if (answer == null && maySendAgain) {
            retried = true;
            acquire(true);
        } else {
            engineFailed(HttpResponseStatus.BAD_GATEWAY, "engine_disconnected", problem);
        }
    }

    /** Tells the client that the engine is gone, in the way that its protocol has for it. */
    private void engineFailed(HttpResponseStatus status, String type, String problem) {
        String message = "kvkeep got no complete answer from the engine at "
                + engine.address().url() + ": " + problem;
        if (answer == null) {
            fail(status, type, message);
            return;
        }
        // An answer of a known length would look whole with the error in place of what is missing.
        if (carriesErrors(answer) && (filter != null || !HttpUtil.isContentLengthSet(answer))) {
            byte[] part = errors.inStream(status, type, message);
            client.write(new DefaultHttpContent(Unpooled.wrappedBuffer(gap(), part)));
        }
        end(End.BREAK, group(status));
    }

    private boolean carriesErrors(HttpResponse head) {
        return errors.isStream(head.headers().get(HttpHeaderNames.CONTENT_TYPE, ""))
                && !head.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
    }

    /** Returns what ends the part of the stream that the engine left unfinished. */
    private byte[] gap() {
        if (errors == ErrorForm.OLLAMA) {
            return endsLine ? NOTHING : LINE_END; // an empty line is an error to its clients
        }
        boolean betweenEvents = !firstBytePassed || (tap != null && tap.endsAnEvent());
        return betweenEvents ? NOTHING : EVENT_GAP;
    }

    @Override
    public void fail(HttpResponseStatus status, String type, String message) {
        answerItself(status, type, message, group(status));
    }

    private void answerItself(HttpResponseStatus status, String type, String message, String outcome) {
        if (answer != null) {
            end(End.BREAK, outcome); // a part of the engine's answer is out: nothing else can be said in its place
            return;
        }
        client.answersHead(request.method().equals(HttpMethod.HEAD));
        client.write(OwnAnswers.error(errors, status, type, message));
        end(End.CLOSE, outcome);
    }

    @Override
    public void clientGone() {
        if (!over) {
            count("aborted");
            finish();
            settle();
        }
    }

    private static String group(HttpResponseStatus status) {
        return status.code() / 100 + "xx";
    }

    private void watchSilence(long nanos) {
        stopWatching();
        silence = relay.loop().schedule(this::checkSilence, nanos, TimeUnit.NANOSECONDS);
    }

    private void checkSilence() {
        Limits limits = relay.limits();
        long left = limits.answerTimeout().toNanos() - (System.nanoTime() - lastHeardNanos);
        if (over || connection == null) {
            return;
        }
        if (left > 0 || !uploaded) {
            watchSilence(Math.max(left, TimeUnit.SECONDS.toNanos(1)));
            return;
        }
        dropConnection();
        engineFailed(
                HttpResponseStatus.GATEWAY_TIMEOUT,
                "engine_timeout",
                "it was silent for " + limits.answerTimeout().toSeconds() + " s (timeouts.answer-seconds)");
    }

    private void stopWatching() {
        Future<?> watching = silence;
        if (watching != null) {
            watching.cancel(false);
            silence = null;
        }
    }

    private void dropConnection() {
        EngineConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    private void end(End end, String outcome) {
        if (!over) {
            count(outcome); // before the client can know, so that a scrape never lags behind an answer
            relay.rewriting().written();
            client.flush();
            finish();
            client.done(end);
            settle();
        }
    }

    private void endRecord(boolean whole) {
        RecordedExchange recording = recorded;
        if (recording != null) {
            recording.end(whole);
        }
    }

    private void finish() {
        over = true;
        endRecord(false);
        stopWatching();
        dropConnection();
        collector.free();
        HttpContent part;
        while ((part = unsent.poll()) != null) {
            part.release();
        }
    }

    private Optional<Rewrite> outgoingRewrite() {
        return outgoing == null ? Optional.empty() : outgoing.rewrite();
    }

    private void count(String outcome) {
        String agent =
                outgoingRewrite().map(rewrite -> rewrite.profile().agent()).orElse("unknown");
        relay.metrics().request(agent, dialect.map(Dialect::id).orElse("none"), engine.name(), outcome);
    }
}
