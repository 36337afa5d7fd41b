package io.kvkeep.repeat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.config.RepeatOptions;
import io.kvkeep.determined.RepeatKey;
import io.kvkeep.determined.RequestKind;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.probe.EngineFacts;
import io.kvkeep.probe.ModelFacts;
import io.kvkeep.repeat.AnswerSource.Ended;
import io.kvkeep.repeat.AnswerSource.Head;
import io.kvkeep.repeat.AnswerSource.Part;
import io.kvkeep.repeat.AnswerSource.Step;
import io.kvkeep.settle.Tenants;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RepeatsTest {
    private static final long SEED = 20_261_122;
    private static final byte[] BODY = "{\"input\":\"a\"}".getBytes(UTF_8);
    private static final byte[] SAID = "{\"data\":[1]}".getBytes(UTF_8);
    private static final Engine ENGINE = new Engine(EngineAddress.parse("http://h:1"), EngineKind.VLLM);

    private final AtomicLong nanos = new AtomicLong(1_000_000_000);
    private final Repeats repeats =
            new Repeats(new RepeatOptions(true, 1 << 20, Duration.ofMinutes(1)), new Tenants(new byte[32]), nanos::get);

    @Test
    void anAnswerIsGivenForItsTimeAndTellsItsAge() {
        RepeatKey key = key(ENGINE, BODY);
        answer(key, SAID);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(59_900));
        assertThat(find(key).source().next())
                .isInstanceOfSatisfying(
                        Head.class,
                        head -> assertThat(head.head().headers().get("age")).isEqualTo("59"));
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(find(key)).isInstanceOf(Found.Miss.class);
    }

    @Test
    void aHitDoesNotMakeAnAnswerYounger() {
        RepeatKey key = key(ENGINE, BODY);
        answer(key, SAID);
        for (int i = 0; i < 6; i++) {
            assertThat(find(key)).isInstanceOf(Found.Hit.class);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        }
        assertThat(find(key)).isInstanceOf(Found.Miss.class);
    }

    @Test
    void anEngineThatShowsOtherModelsHasOtherAnswers() {
        RepeatKey key = key(ENGINE, BODY);
        EngineFacts facts = EngineFacts.UNKNOWN.with(ModelFacts.unknown("n", "a test"));
        assertThat(key(new Engine(ENGINE.address(), EngineKind.VLLM), BODY)).isEqualTo(key);
        assertThat(key(new Engine(ENGINE.address(), EngineKind.VLLM, facts), BODY))
                .isNotEqualTo(key);
        assertThat(key(new Engine(ENGINE.address(), EngineKind.SGLANG), BODY)).isNotEqualTo(key);
        assertThat(key(new Engine(EngineAddress.parse("http://h:2"), EngineKind.VLLM), BODY))
                .isNotEqualTo(key);
    }

    @Test
    void everyByteOfSmallAnswersIsCountedToo() {
        int many = 100_000;
        for (int i = 0; i < many; i++) {
            answer(key(ENGINE, ("{\"input\":" + i + "}").getBytes(UTF_8)), SAID);
        }
        assertThat(repeats.bytes()).isBetween(700_000L, 786_432L);
        assertThat(repeats.count()).as("each is more than its 12 bytes").isLessThan(2_500);
    }

    /** Threads ask, take at their own pace and leave in the middle; nobody gets a wrong byte and nothing is held. */
    @Test
    @Timeout(60)
    void manyThreadsGetWholeAnswersOrNone() throws Exception {
        int threads = 6;
        int rounds = 400;
        Repeats small = new Repeats(
                new RepeatOptions(true, 1 << 20, Duration.ofHours(1)), new Tenants(new byte[32]), nanos::get);
        AtomicInteger whole = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            Random random = new Random(SEED + thread);
            all.add(pool.submit(() -> {
                for (int round = 0; round < rounds; round++) {
                    byte[] body = ("{\"input\":" + round + "}").getBytes(UTF_8);
                    start.await();
                    Found found = small.find(RequestKind.EMBEDDINGS, key(ENGINE, body), none(), () -> {});
                    if (found instanceof Found.Miss miss) {
                        feed(miss.answer(), said(round));
                    }
                    boolean leaves = random.nextInt(4) == 0;
                    byte[] got = take(found.source(), leaves ? random.nextInt(20) : Integer.MAX_VALUE);
                    if (!leaves) {
                        assertThat(got).isEqualTo(said(round));
                        whole.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        pool.shutdown();
        assertThat(whole.get()).isGreaterThan(rounds * threads / 2);
        assertThat(small.bytes()).isPositive();
        long kept = small.bytes();
        assertThat(kept).as("kept ones alone").isLessThanOrEqualTo(786_432);
        small.find(RequestKind.EMBEDDINGS, key(ENGINE, BODY), none(), () -> {})
                .source()
                .leave();
        assertThat(small.bytes()).isEqualTo(kept);
    }

    private static byte[] said(int round) {
        return ("{\"data\":[" + ("0." + round + ",").repeat(round % 50) + round + "]}").getBytes(UTF_8);
    }

    private static void feed(SharedAnswer answer, byte[] said) {
        answer.head(head());
        for (int at = 0; at < said.length; at += 10) {
            answer.add(Unpooled.wrappedBuffer(said, at, Math.min(10, said.length - at)));
            answer.flush();
        }
        answer.end(EmptyHttpHeaders.INSTANCE);
    }

    private static byte[] take(AnswerSource source, int steps) {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        for (int i = 0; i < steps; i++) {
            Step step = source.next();
            if (step == null) {
                Thread.onSpinWait();
            } else if (step instanceof Part part) {
                got.writeBytes(part.bytes());
            } else if (!(step instanceof Head)) {
                assertThat(step).isInstanceOf(Ended.class);
                break;
            }
        }
        source.leave();
        return got.toByteArray();
    }

    private void answer(RepeatKey key, byte[] said) {
        Found.Miss miss = (Found.Miss) find(key);
        feed(miss.answer(), said);
        assertThat(take(miss.source(), Integer.MAX_VALUE)).isEqualTo(said);
    }

    private Found find(RepeatKey key) {
        return repeats.find(RequestKind.EMBEDDINGS, key, none(), () -> {});
    }

    private RepeatKey key(Engine engine, byte[] body) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/embeddings");
        return repeats.key(RequestKind.EMBEDDINGS, request, body, engine).orElseThrow();
    }

    private static AnswerHead head() {
        HttpHeaders headers = new DefaultHttpHeaders().set("content-type", "application/json");
        return new AnswerHead(HttpResponseStatus.OK, headers);
    }

    private static HttpHeaders none() {
        return EmptyHttpHeaders.INSTANCE;
    }
}
