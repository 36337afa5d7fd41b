package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Connections to the engine that are used again. */
class PooledConnectionTest extends WireTest {

    /** The engine closes, without having read it, the connection on which the second request comes. */
    @RepeatedTest(24)
    void aConnectionThatTheEngineClosesInTheMomentOfUseCostsNobodyAnAnswer(RepetitionInfo repetition) throws Exception {
        CyclicBarrier moment = new CyclicBarrier(2);
        AtomicInteger answered = new AtomicInteger();
        RawEngine engine = engine(call -> {
            call.answer(200, "{\"n\":" + answered.incrementAndGet() + "}");
            if (answered.get() == 1) {
                moment.await(5, TimeUnit.SECONDS);
                spin(repetition.getCurrentRepetition() % 6 * 60);
                call.close();
            }
        });
        RawClient client = client(proxy(engine));
        client.post(CHAT, PLAIN.getBytes(UTF_8));
        assertThat(client.answer().text()).isEqualTo("{\"n\":1}");
        moment.await(5, TimeUnit.SECONDS);
        spin(repetition.getCurrentRepetition() % 4 * 40);
        client.post(CHAT, DATED.getBytes(UTF_8));
        RawMessage answer = client.answer();
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"n\":2}");
        assertThat(answered.get()).isEqualTo(2);
    }

    @Test
    void aRequestThatTheEngineHasReadIsNotSentAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        RawEngine engine = engine(call -> {
            if (asked.incrementAndGet() == 1) {
                call.answer(200, "{}");
            } else {
                call.close();
            }
        });
        RawClient client = client(proxy(engine));
        client.post(CHAT, PLAIN.getBytes(UTF_8)).answer();
        RawMessage answer = client.post(CHAT, DATED.getBytes(UTF_8)).answer();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.text()).contains("\"type\":\"engine_disconnected\"");
        List<RawEngine.Call> calls = engine.untaken();
        assertThat(calls).hasSize(2);
        assertThat(calls.get(1).ordinal())
                .as("it came on a connection that was used before")
                .isEqualTo(2);
    }

    @Test
    void aRequestThatTheEngineHasBegunToAnswerIsNotSentAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        RawEngine engine = engine(call -> {
            if (asked.incrementAndGet() == 1) {
                call.answer(200, "{}");
            } else {
                call.send("HTTP/1.1 103 Early Hints\r\n\r\n");
                call.reset();
            }
        });
        RawClient client = client(proxy(engine));
        client.post(CHAT, PLAIN.getBytes(UTF_8)).answer();
        assertThat(client.post(CHAT, DATED.getBytes(UTF_8)).answer().status()).isEqualTo(502);
        assertThat(engine.untaken()).hasSize(2);
    }

    @Test
    void aSwitchOfProtocolsThatNobodyAskedForIsABrokenAnswer() throws Exception {
        RawEngine engine = engine(
                call -> call.send(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nbytes of another protocol"));
        assertThat(client(proxy(engine)).get("/x").answer().status()).isEqualTo(502);
    }

    @Test
    void anIdleConnectionIsClosedWithinFourSeconds() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        Kvkeep kvkeep = proxy(engine);
        client(kvkeep).get("/x").answer();
        long idleNanos = System.nanoTime();
        int connection = engine.next().connection();
        eventually("it is closed", () -> engine.endNanos(connection).isPresent());
        long idleMillis =
                TimeUnit.NANOSECONDS.toMillis(engine.endNanos(connection).orElseThrow() - idleNanos);
        assertThat(idleMillis).isBetween(3_000L, 4_000L);
        assertThat(metric(kvkeep, "kvkeep_engine_connections", "state=\"idle\""))
                .isZero();
    }

    @Test
    void aConnectionServesAtMost95Requests() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        for (int i = 0; i < 200; i++) {
            assertThat(client.get("/" + i).answer().status()).isEqualTo(200);
        }
        Map<Integer, Long> perConnection = engine.untaken().stream()
                .collect(Collectors.groupingBy(RawEngine.Call::connection, Collectors.counting()));
        assertThat(perConnection.values()).containsExactlyInAnyOrder(95L, 95L, 10L);
    }

    @Test
    void bytesThatNobodyAskedForEndAConnection() throws Exception {
        RawEngine engine = engine(call -> {
            call.answer(200, "{}");
            if (call.message().firstLine().startsWith("GET /1")) {
                call.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
            }
        });
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep);
        assertThat(client.get("/1").answer().text()).isEqualTo("{}");
        eventually(
                "it is closed",
                () -> engine.endNanos(engine.untaken().get(0).connection()).isPresent());
        assertThat(client.get("/2").answer().text()).isEqualTo("{}");
    }

    private static void spin(int micros) {
        long until = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }
}
