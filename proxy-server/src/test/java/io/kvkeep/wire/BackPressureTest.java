package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who does not read makes the other side wait; nothing piles up in between. */
class BackPressureTest extends WireTest {
    private static final long TOTAL_BYTES = 200L << 20;
    private static final long MOST_BYTES = 32L << 20;
    private static final byte[] PART = new byte[64 << 10];

    @ParameterizedTest
    @ValueSource(strings = {"somebody", "vllm"})
    void aClientThatReadsNothingStopsTheEngine(String kind) throws Exception {
        AtomicLong written = new AtomicLong();
        CountDownLatch over = new CountDownLatch(1);
        RawEngine engine = engine(kind, call -> {
            call.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: " + TOTAL_BYTES
                    + "\r\n\r\n");
            try {
                while (written.get() < TOTAL_BYTES) {
                    call.send(PART);
                    written.addAndGet(PART.length);
                }
            } finally {
                over.countDown();
            }
        });
        RawClient client = client(proxy(engine));
        client.post(
                CHAT, PLAIN.replace("{\"model\"", "{\"stream\":true,\"model\"").getBytes(UTF_8));
        awaitStandstill(written);
        assertThat(written.get()).isLessThan(MOST_BYTES);
        client.close();
        assertThat(over.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aClientThatReadsLateGetsEverything() throws Exception {
        AtomicLong written = new AtomicLong();
        long total = 48L << 20;
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
            while (written.get() < total) {
                call.send(PART);
                written.addAndGet(PART.length);
            }
        });
        RawClient client = client(proxy(engine));
        client.get("/x");
        awaitStandstill(written);
        assertThat(written.get()).isLessThan(total);
        assertThat(client.answer().body()).hasSize((int) total);
    }

    @Test
    void anEngineThatReadsNothingStopsTheClientAndThenGetsEverything() throws Exception {
        long total = 48L << 20;
        CountDownLatch mayRead = new CountDownLatch(1);
        RawEngine engine = lazyEngine(call -> {
            assertThat(mayRead.await(10, TimeUnit.SECONDS)).isTrue();
            call.answer(200, "\"" + call.body().body().length + "\"");
        });
        RawClient client = client(proxy(engine));
        AtomicLong written = new AtomicLong();
        client.send("POST /api/blobs/x HTTP/1.1\r\nHost: h\r\nContent-Length: " + total + "\r\n\r\n");
        Thread sending = new Thread(() -> {
            try {
                while (written.get() < total) {
                    client.send(PART);
                    written.addAndGet(PART.length);
                }
            } catch (java.io.IOException e) {
                // the test is over
            }
        });
        sending.setDaemon(true);
        sending.start();
        awaitStandstill(written);
        assertThat(written.get()).isLessThan(MOST_BYTES);
        mayRead.countDown();
        assertThat(client.answer().text()).isEqualTo("\"" + total + "\"");
    }

    /** Waits until some bytes were written and then none for a quarter of a second. */
    static void awaitStandstill(AtomicLong written) throws InterruptedException {
        eventually("something is written", () -> written.get() > 0);
        long[] last = {-1, System.nanoTime()};
        eventually("writing stands still", () -> {
            if (written.get() != last[0]) {
                last[0] = written.get();
                last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > TimeUnit.MILLISECONDS.toNanos(250);
        });
    }
}
