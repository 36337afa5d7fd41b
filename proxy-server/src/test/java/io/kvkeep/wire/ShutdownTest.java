package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How kvkeep goes down. */
class ShutdownTest extends WireTest {
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Test
    void aRunningStreamEndsWholeAndNobodyNewIsServed() throws Exception {
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            call.chunk("data: 1\n\n".getBytes(UTF_8));
            assertThat(mayEnd.await(10, TimeUnit.SECONDS)).isTrue();
            call.chunk("data: 2\n\n".getBytes(UTF_8)).send("0\r\n\r\n");
        });
        Kvkeep kvkeep = proxy(engine);
        int port = kvkeep.address().port();
        RawClient idle = client(kvkeep);
        RawClient client = client(kvkeep);
        client.post(CHAT, PLAIN.getBytes(UTF_8)).head();
        assertThat(client.chunk()).isEqualTo("data: 1\n\n".getBytes(UTF_8));
        Thread closing = new Thread(kvkeep::close);
        closing.start();
        eventually("new connections are refused", () -> isRefused(port));
        assertThat(idle.rest()).as("idle connections end").isEmpty();
        mayEnd.countDown();
        assertThat(client.chunk()).isEqualTo("data: 2\n\n".getBytes(UTF_8));
        assertThat(client.rest()).isEqualTo("0\r\n\r\n".getBytes(UTF_8));
        closing.join(5_000);
        assertThat(closing.isAlive()).isFalse();
    }

    @Test
    void aRequestThatIsUnderWayIsAnsweredWithAClose() throws Exception {
        RawEngine engine = engine(call -> {
            assertThat(mayEnd.await(10, TimeUnit.SECONDS)).isTrue();
            call.answer(200, "{}");
        });
        Kvkeep kvkeep = proxy(engine);
        int port = kvkeep.address().port();
        RawClient client = client(kvkeep);
        client.post(CHAT, PLAIN.getBytes(UTF_8));
        engine.next();
        Thread closing = new Thread(kvkeep::close);
        closing.start();
        eventually("new connections are refused", () -> isRefused(port));
        // The listening socket goes first; the drain of open connections follows on their own threads.
        eventually("health says so", () -> !isHealthy(kvkeep));
        mayEnd.countDown();
        assertThat(client.answer().text()).isEqualTo("{}");
        assertThat(client.rest()).isEmpty();
        closing.join(5_000);
        assertThat(closing.isAlive()).isFalse();
    }

    @Test
    void aStreamThatDoesNotEndIsCutWhenTheTimeIsUp() throws Exception {
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
            call.awaitEndNanos();
        });
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep);
        client.get("/x").head();
        client.chunk();
        long startNanos = System.nanoTime();
        kvkeep.close();
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos))
                .isBetween(
                        LIMITS.drainTimeout().toMillis() - 100,
                        LIMITS.drainTimeout().toMillis() + 3_000);
        assertThat(client.rest())
                .as("the broken end shows that it is not whole")
                .isEmpty();
    }

    private static boolean isRefused(int port) {
        try (RawClient client = new RawClient(port)) {
            client.shutdownOutput();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isHealthy(Kvkeep kvkeep) {
        try (RawClient client = new RawClient(kvkeep.adminAddress().port())) {
            return client.get("/healthz").answer().status() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
