package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that leaves takes its request along: the engine sees its connection end within 100 ms. */
class ClientLeavesTest extends WireTest {
    private static final long LIMIT_MILLIS = 100;
    private static final String STREAM_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final BlockingQueue<Long> ended = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void beforeAnyAnswer(boolean abruptly) throws Exception {
        RawEngine engine = engine(call -> ended.add(call.awaitEndNanos()));
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep);
        client.post(CHAT, DATED.getBytes(UTF_8));
        engine.next();
        assertEndsWhenLeaving(kvkeep, client, abruptly);
        assertThat(engine.untaken()).as("nothing is sent again").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void afterTheHeadAndBeforeTheFirstToken(boolean abruptly) throws Exception {
        RawEngine engine = engine(call -> ended.add(call.send(STREAM_HEAD).awaitEndNanos()));
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep);
        client.post(CHAT, PLAIN.getBytes(UTF_8)).head();
        assertEndsWhenLeaving(kvkeep, client, abruptly);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void inTheStream(boolean abruptly) throws Exception {
        RawEngine engine = engine(call -> ended.add(
                call.send(STREAM_HEAD).chunk("data: 1\n\n".getBytes(UTF_8)).awaitEndNanos()));
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep);
        client.post(CHAT, PLAIN.getBytes(UTF_8)).head();
        client.chunk();
        assertEndsWhenLeaving(kvkeep, client, abruptly);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whileTheStreamWaitsForIt(boolean abruptly) throws Exception {
        AtomicLong written = new AtomicLong();
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n");
            try {
                while (true) {
                    call.send(new byte[64 << 10]);
                    written.addAndGet(64 << 10);
                }
            } catch (IOException e) {
                ended.add(System.nanoTime());
            }
        });
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep);
        client.post(CHAT, PLAIN.getBytes(UTF_8));
        BackPressureTest.awaitStandstill(written);
        assertEndsWhenLeaving(kvkeep, client, abruptly);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void inTheMiddleOfAnUpload(boolean abruptly) throws Exception {
        RawEngine engine = lazyEngine(call -> ended.add(call.awaitEndNanos()));
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep);
        client.send("POST /api/blobs/x HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\nhello");
        engine.next();
        assertEndsWhenLeaving(kvkeep, client, abruptly);
    }

    @Test
    void inTheMiddleOfAnUploadThatTheEngineDoesNotRead() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        RawEngine engine = lazyEngine(call -> {
            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
            call.awaitEndNanos();
            ended.add(System.nanoTime());
        });
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep);
        AtomicLong written = new AtomicLong();
        client.send("POST /api/blobs/x HTTP/1.1\r\nHost: h\r\nContent-Length: 300000000\r\n\r\n");
        Thread sending = new Thread(() -> {
            try {
                while (true) {
                    client.send(new byte[64 << 10]);
                    written.addAndGet(64 << 10);
                }
            } catch (IOException e) {
                // left
            }
        });
        sending.setDaemon(true);
        sending.start();
        BackPressureTest.awaitStandstill(written);
        client.reset();
        eventually("it is counted", () -> metric(kvkeep, "kvkeep_requests_total", "outcome=\"aborted\"") == 1);
        left.countDown();
        assertThat(ended.poll(5, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void inTheMiddleOfAPromptNothingReachesTheEngine() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep);
        client.send("POST " + CHAT + " HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n{\"messages\":[");
        client.close();
        RawClient inHead = client(kvkeep);
        inHead.send("POST " + CHAT + " HTTP/1.1\r\nHo");
        inHead.close();
        eventually("they are gone", () -> metric(kvkeep, "kvkeep_client_connections") == 0);
        assertThat(client(kvkeep).get("/x").answer().status()).isEqualTo(200);
        assertThat(engine.untaken()).hasSize(1);
    }

    private void assertEndsWhenLeaving(Kvkeep kvkeep, RawClient client, boolean abruptly) throws Exception {
        long leftNanos = System.nanoTime();
        if (abruptly) {
            client.reset();
        } else {
            client.close();
        }
        Long endNanos = ended.poll(5, TimeUnit.SECONDS);
        assertThat(endNanos).as("the engine's connection ends").isNotNull();
        assertThat(TimeUnit.NANOSECONDS.toMillis(endNanos - leftNanos)).isLessThanOrEqualTo(LIMIT_MILLIS);
        eventually("it is counted", () -> metric(kvkeep, "kvkeep_requests_total", "outcome=\"aborted\"") == 1);
    }
}
