package io.kvkeep.wire;

import static io.kvkeep.wire.RepeatTest.EVENTS;
import static io.kvkeep.wire.RepeatTest.GREEDY;
import static io.kvkeep.wire.RepeatTest.ON;
import static io.kvkeep.wire.RepeatTest.SAID;
import static io.kvkeep.wire.RepeatTest.STREAMED;
import static io.kvkeep.wire.RepeatTest.STREAM_HEAD;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Limits;
import io.kvkeep.config.Mode;
import io.kvkeep.config.RepeatOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Those who ask the same at the same time share one request to the engine. */
class SharedAnswerWireTest extends WireTest {
    private static final int CLIENTS = 8;

    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void oneRequestServesAllAndEachGetsEveryByteAsItComes() throws Exception {
        RawEngine engine = engine(this::streamInTwoParts);
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient first = client(kvkeep);
        first.post(CHAT, STREAMED.getBytes(UTF_8));
        assertThat(first.head()).contains("x-kvkeep-cache: miss\r\n");
        assertThat(first.chunk()).isEqualTo(EVENTS.get(0).getBytes(UTF_8));
        List<RawClient> others = new ArrayList<>();
        for (int i = 1; i < CLIENTS; i++) {
            RawClient other = client(kvkeep).post(CHAT, STREAMED.getBytes(UTF_8));
            assertThat(other.head()).contains("x-kvkeep-cache: shared\r\n").contains("transfer-encoding: chunked\r\n");
            assertThat(other.chunk())
                    .as("what came before it")
                    .isEqualTo(EVENTS.get(0).getBytes(UTF_8));
            others.add(other);
        }
        mayGoOn.countDown();
        others.add(first);
        for (RawClient client : others) {
            assertThat(client.chunk()).as("at once").isEqualTo(EVENTS.get(1).getBytes(UTF_8));
        }
        mayEnd.countDown();
        for (RawClient client : others) {
            assertThat(client.body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                            .text())
                    .isEqualTo(EVENTS.get(2) + EVENTS.get(3));
        }
        assertThat(engine.untaken()).hasSize(1);
        assertThat(metric(kvkeep, "kvkeep_repeats_total", "result=\"shared\"")).isEqualTo(CLIENTS - 1);
        assertThat(metric(kvkeep, "kvkeep_requests_total", "outcome=\"2xx\"")).isEqualTo(CLIENTS);
        assertThat(metric(kvkeep, "kvkeep_open_requests")).isZero();
        assertThat(first.post(CHAT, STREAMED.getBytes(UTF_8)).answer().text()).isEqualTo(String.join("", EVENTS));
        assertThat(engine.untaken()).hasSize(1);
    }

    @Test
    void manyAtOnceAskOnce() throws Exception {
        RawEngine engine = engine(call -> {
            assertThat(mayEnd.await(10, TimeUnit.SECONDS)).isTrue();
            call.answer(200, SAID);
        });
        Kvkeep kvkeep = repeating(engine, ON);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            clients.add(client(kvkeep).post(CHAT, GREEDY.getBytes(UTF_8)));
        }
        eventually("all have asked", () -> metric(kvkeep, "kvkeep_repeats_total") == 40);
        mayEnd.countDown();
        for (RawClient client : clients) {
            RawMessage answer = client.answer();
            assertThat(answer.text()).isEqualTo(SAID);
            assertThat(answer.header("content-length")).hasSize(1);
        }
        assertThat(engine.untaken()).hasSize(1);
        assertThat(metric(kvkeep, "kvkeep_open_requests")).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theRequestGoesOnWhenTheFirstLeaves(boolean beforeTheAnswer) throws Exception {
        CountDownLatch mayBegin = new CountDownLatch(1);
        RawEngine engine = engine(call -> {
            assertThat(mayBegin.await(10, TimeUnit.SECONDS)).isTrue();
            streamInTwoParts(call);
        });
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient first = client(kvkeep).post(CHAT, STREAMED.getBytes(UTF_8));
        engine.next();
        RawClient second = client(kvkeep).post(CHAT, STREAMED.getBytes(UTF_8));
        eventually("both have asked", () -> metric(kvkeep, "kvkeep_repeats_total") == 2);
        if (beforeTheAnswer) {
            first.reset();
            eventually("the first is gone", () -> metric(kvkeep, "kvkeep_requests_total", "outcome=\"aborted\"") == 1);
            mayBegin.countDown();
        } else {
            mayBegin.countDown();
            first.head();
            first.chunk();
            first.reset();
            eventually("the first is gone", () -> metric(kvkeep, "kvkeep_requests_total", "outcome=\"aborted\"") == 1);
        }
        mayGoOn.countDown();
        mayEnd.countDown();
        RawMessage answer = second.answer();
        assertThat(answer.complete()).isTrue();
        assertThat(answer.text()).isEqualTo(String.join("", EVENTS));
        assertThat(engine.untaken()).isEmpty();
        assertThat(metric(kvkeep, "kvkeep_requests_total")).isEqualTo(2);
        assertThat(metric(kvkeep, "kvkeep_open_requests")).isZero();
        assertThat(second.post(CHAT, STREAMED.getBytes(UTF_8)).answer().header("x-kvkeep-cache"))
                .containsExactly("hit");
    }

    @Test
    void theEngineIsLeftWhenTheLastLeavesAndTheNextAsksAnew() throws Exception {
        AtomicLong endNanos = new AtomicLong();
        RawEngine engine = engine(call -> {
            if (calls.incrementAndGet() == 1) {
                endNanos.set(call.send(STREAM_HEAD)
                        .chunk(EVENTS.get(0).getBytes(UTF_8))
                        .awaitEndNanos());
            } else {
                RepeatTest.stream(call);
            }
        });
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient first = client(kvkeep).post(CHAT, STREAMED.getBytes(UTF_8));
        first.head();
        RawClient second = client(kvkeep).post(CHAT, STREAMED.getBytes(UTF_8));
        second.head();
        first.close();
        eventually("the first is gone", () -> metric(kvkeep, "kvkeep_requests_total", "outcome=\"aborted\"") == 1);
        assertThat(endNanos).hasValue(0);
        long leftNanos = System.nanoTime();
        second.close();
        eventually("the engine sees it", () -> endNanos.get() > 0);
        assertThat(TimeUnit.NANOSECONDS.toMillis(endNanos.get() - leftNanos)).isLessThanOrEqualTo(100);
        eventually("both are counted", () -> metric(kvkeep, "kvkeep_requests_total", "outcome=\"aborted\"") == 2);
        assertThat(metric(kvkeep, "kvkeep_repeats_memory_bytes")).isZero();
        assertThat(metric(kvkeep, "kvkeep_open_requests")).isZero();
        RawMessage anew = client(kvkeep).post(CHAT, STREAMED.getBytes(UTF_8)).answer();
        assertThat(anew.header("x-kvkeep-cache")).containsExactly("miss");
        assertThat(anew.text()).isEqualTo(String.join("", EVENTS));
    }

    @Test
    void allGetTheErrorThatTheFirstGets() throws Exception {
        RawEngine engine = engine(call -> {
            assertThat(mayEnd.await(10, TimeUnit.SECONDS)).isTrue();
            call.answer(503, "{\"error\":{\"message\":\"busy\"}}", "Retry-After: 7");
        });
        Kvkeep kvkeep = repeating(engine, ON);
        List<RawClient> clients = askTogether(kvkeep, GREEDY);
        mayEnd.countDown();
        for (RawClient client : clients) {
            RawMessage answer = client.answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("retry-after")).containsExactly("7");
        }
        assertThat(metric(kvkeep, "kvkeep_requests_total", "outcome=\"5xx\"")).isEqualTo(clients.size());
        assertThat(engine.untaken()).hasSize(1);
    }

    @Test
    void allSeeThatAStreamBroke() throws Exception {
        RawEngine engine = engine(call -> {
            call.send(STREAM_HEAD).chunk(EVENTS.get(1).getBytes(UTF_8));
            assertThat(mayEnd.await(10, TimeUnit.SECONDS)).isTrue();
            call.reset();
        });
        Kvkeep kvkeep = repeating(engine, ON);
        List<RawClient> clients = askTogether(kvkeep, STREAMED);
        mayEnd.countDown();
        for (RawClient client : clients) {
            RawMessage answer = client.answer();
            assertThat(answer.complete()).isFalse();
            assertThat(answer.text()).startsWith(EVENTS.get(1)).contains("\"type\":\"engine_disconnected\"");
        }
        assertThat(metric(kvkeep, "kvkeep_repeats_answers")).isZero();
        assertThat(metric(kvkeep, "kvkeep_open_requests")).isZero();
    }

    @Test
    void allAreToldThatTheEngineIsSilent() throws Exception {
        RawEngine engine = engine(call -> call.awaitEndNanos());
        Limits limits = new Limits(
                LIMITS.rewriteBodyBytes(),
                LIMITS.headBytes(),
                LIMITS.idleTimeout(),
                LIMITS.uploadTimeout(),
                Duration.ofSeconds(1),
                LIMITS.drainTimeout());
        Kvkeep kvkeep = repeating(engine, ON, Mode.REWRITE, limits);
        for (RawClient client : askTogether(kvkeep, GREEDY)) {
            assertThat(client.answer().status()).isEqualTo(504);
        }
        assertThat(engine.untaken()).hasSize(1);
    }

    @Test
    void noCacheDoesNotShareWhatWasAskedBefore() throws Exception {
        RawEngine engine = engine(call -> {
            int number = calls.incrementAndGet();
            if (number == 1) {
                assertThat(mayEnd.await(10, TimeUnit.SECONDS)).isTrue();
            }
            call.answer(200, SAID.replace("chatcmpl-1", "chatcmpl-on-" + number));
        });
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient first = client(kvkeep).post(CHAT, GREEDY.getBytes(UTF_8));
        engine.next();
        RawClient fresh = client(kvkeep).post(CHAT, GREEDY.getBytes(UTF_8), "Cache-Control: no-cache");
        assertThat(fresh.answer().text()).contains("chatcmpl-on-2");
        mayEnd.countDown();
        assertThat(first.answer().text()).contains("chatcmpl-on-1");
        RawMessage kept = first.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
        assertThat(kept.header("x-kvkeep-cache")).containsExactly("hit");
        assertThat(kept.text()).as("the fresh one").contains("chatcmpl-on-2");
    }

    @Test
    void othersOfAnotherCredentialAskForThemselves() throws Exception {
        RawEngine engine = engine(call -> {
            assertThat(mayEnd.await(10, TimeUnit.SECONDS)).isTrue();
            call.answer(
                    200,
                    SAID.replace(
                            "chatcmpl-1", call.message().header("authorization").get(0)));
        });
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient a = client(kvkeep).post(CHAT, GREEDY.getBytes(UTF_8), "Authorization: Bearer a");
        RawClient b = client(kvkeep).post(CHAT, GREEDY.getBytes(UTF_8), "Authorization: Bearer b");
        engine.next();
        engine.next();
        mayEnd.countDown();
        assertThat(a.answer().text()).contains("\"Bearer a\"");
        assertThat(b.answer().text()).contains("\"Bearer b\"");
    }

    /** A client that does not read costs neither the others their pace nor kvkeep more memory than the bound. */
    @Test
    void aClientThatReadsNothingHoldsNobodyUpWithinTheBound() throws Exception {
        byte[] part = ("data: {\"choices\":[],\"x\":\"" + "x".repeat(16 << 10) + "\"}\n\n").getBytes(UTF_8);
        int parts = 600;
        RawEngine engine = engine(call -> {
            call.send(STREAM_HEAD);
            for (int i = 0; i < parts; i++) {
                call.chunk(part);
            }
            call.chunk(EVENTS.get(2).getBytes(UTF_8))
                    .chunk(EVENTS.get(3).getBytes(UTF_8))
                    .send("0\r\n\r\n");
        });
        Kvkeep kvkeep = repeating(engine, new RepeatOptions(true, 64 << 20, Duration.ofHours(1)));
        RawClient stuck = client(kvkeep).post(CHAT, STREAMED.getBytes(UTF_8));
        stuck.head();
        RawMessage answer = client(kvkeep).post(CHAT, STREAMED.getBytes(UTF_8)).answer();
        int length =
                parts * part.length + EVENTS.get(2).length() + EVENTS.get(3).length();
        assertThat(answer.body()).hasSize(length);
        assertThat(stuck.body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .body())
                .hasSize(length);
        assertThat(engine.untaken()).hasSize(1);
    }

    @Test
    void beyondTheBoundAClientThatReadsNothingStopsTheEngine() throws Exception {
        AtomicLong written = new AtomicLong();
        byte[] part = new byte[64 << 10];
        long total = 100L << 20;
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
            while (written.get() < total) {
                call.send(part);
                written.addAndGet(part.length);
            }
        });
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient client = client(kvkeep).post(CHAT, GREEDY.getBytes(UTF_8));
        BackPressureTest.awaitStandstill(written);
        assertThat(written.get()).isLessThan(32L << 20);
        assertThat(metric(kvkeep, "kvkeep_repeats_memory_bytes")).isLessThan(4 << 20);
        assertThat(client.answer().body()).hasSize((int) total);
        assertThat(metric(kvkeep, "kvkeep_repeats_memory_bytes")).isZero();
    }

    private List<RawClient> askTogether(Kvkeep kvkeep, String body) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(client(kvkeep).post(CHAT, body.getBytes(UTF_8)));
        }
        eventually("all have asked", () -> metric(kvkeep, "kvkeep_repeats_total") == CLIENTS);
        return clients;
    }

    private void streamInTwoParts(RawEngine.Call call) throws Exception {
        call.send(STREAM_HEAD).chunk(EVENTS.get(0).getBytes(UTF_8));
        assertThat(mayGoOn.await(10, TimeUnit.SECONDS)).isTrue();
        call.chunk(EVENTS.get(1).getBytes(UTF_8));
        assertThat(mayEnd.await(10, TimeUnit.SECONDS)).isTrue();
        call.chunk(EVENTS.get(2).getBytes(UTF_8))
                .chunk(EVENTS.get(3).getBytes(UTF_8))
                .send("0\r\n\r\n");
    }
}
