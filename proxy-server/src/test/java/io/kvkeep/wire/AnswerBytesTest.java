package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise: the answer is the engine's, byte for byte and at once. */
@SuppressWarnings("StringConcatToTextBlock") // which line break it is matters here
class AnswerBytesTest extends WireTest {
    private static final String STREAM_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String ODD_EVENTS =
            ": comment\n\nevent: delta\ndata: {\"a\":\"caf\u00e9 \ud83d\ude00 \u4e2d\"}\n\n"
                    + "id: 7\r\ndata: one\r\ndata: two\r\n\r\nretry: 10\n\ndata:no blank\n\n\n\n: keep-alive\r\n\r\n"
                    + "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"\\u00e9\"}}]}\n\ndata: [DONE]\n\n";

    @ParameterizedTest
    @ValueSource(strings = {"somebody", "vllm"})
    void anEventStreamPassesWhole(String kind) throws Exception {
        byte[] events = ODD_EVENTS.getBytes(UTF_8);
        RawEngine engine =
                engine(kind, call -> call.send(STREAM_HEAD).chunk(events).send("0\r\n\r\n"));
        assertThat(stream(engine).body()).isEqualTo(events);
    }

    /** Cuts between every two bytes, so through every character, line break and event. */
    @ParameterizedTest
    @ValueSource(strings = {"somebody", "vllm"})
    void anEventStreamPassesWhereverItIsCut(String kind) throws Exception {
        byte[] events = ODD_EVENTS.getBytes(UTF_8);
        RawEngine engine = engine(kind, call -> {
            call.send(STREAM_HEAD);
            for (byte b : events) {
                call.chunk(new byte[] {b});
            }
            call.send("0\r\n\r\n");
        });
        assertThat(stream(engine).body()).isEqualTo(events);
    }

    @Test
    void everyPairOfPiecesGivesTheSameStream() throws Exception {
        byte[] events = ODD_EVENTS.getBytes(UTF_8);
        RawEngine engine = engine(call -> {
            int cut = Integer.parseInt(call.message().header("x-cut").get(0));
            call.send(STREAM_HEAD).chunk(Arrays.copyOf(events, cut));
            call.chunk(Arrays.copyOfRange(events, cut, events.length)).send("0\r\n\r\n");
        });
        RawClient client = client(proxy(engine));
        for (int cut = 1; cut < events.length; cut++) {
            client.post(CHAT, PLAIN.getBytes(UTF_8), "X-Cut: " + cut);
            assertThat(client.answer().body()).as("cut at %s", cut).isEqualTo(events);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"somebody", "vllm"})
    void eachPartPassesBeforeTheNextIsWritten(String kind) throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        RawEngine engine = engine(kind, call -> {
            call.send(STREAM_HEAD).chunk("data: 1\n\n".getBytes(UTF_8));
            assertThat(seen.await(5, TimeUnit.SECONDS))
                    .as("the client saw the first event")
                    .isTrue();
            call.chunk("data: 2\n\n".getBytes(UTF_8)).send("0\r\n\r\n");
        });
        RawClient client = client(proxy(engine));
        client.post(
                CHAT, PLAIN.replace("{\"model\"", "{\"stream\":true,\"model\"").getBytes(UTF_8));
        client.head();
        assertThat(client.chunk()).isEqualTo("data: 1\n\n".getBytes(UTF_8));
        seen.countDown();
        assertThat(client.chunk()).isEqualTo("data: 2\n\n".getBytes(UTF_8));
        assertThat(client.chunk()).isEmpty();
    }

    @Test
    void theHeadPassesBeforeTheBodyIsWritten() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        RawEngine engine = engine(call -> {
            call.send(STREAM_HEAD);
            assertThat(seen.await(5, TimeUnit.SECONDS))
                    .as("the client saw the head")
                    .isTrue();
            call.send("0\r\n\r\n");
        });
        RawClient client = client(proxy(engine));
        client.post(CHAT, PLAIN.getBytes(UTF_8));
        assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");
        seen.countDown();
        assertThat(client.chunk()).isEmpty();
    }

    /** What is compressed can't be searched for events; so it must not be held back for them either. */
    @ParameterizedTest
    @ValueSource(strings = {"somebody", "vllm"})
    void aCompressedStreamPassesPartByPart(String kind) throws Exception {
        byte[] packed = gzip(ODD_EVENTS.getBytes(UTF_8));
        byte[] first = Arrays.copyOf(packed, 20);
        CountDownLatch seen = new CountDownLatch(1);
        RawEngine engine = engine(kind, call -> {
            call.send(STREAM_HEAD.replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n"));
            call.chunk(first);
            assertThat(seen.await(5, TimeUnit.SECONDS))
                    .as("the client saw the first part")
                    .isTrue();
            call.chunk(Arrays.copyOfRange(packed, 20, packed.length)).send("0\r\n\r\n");
        });
        RawClient client = client(proxy(engine));
        client.post(
                CHAT, PLAIN.replace("{\"model\"", "{\"stream\":true,\"model\"").getBytes(UTF_8));
        RawMessage head = new RawMessage(client.head(), new byte[0], List.of(), true);
        assertThat(head.header("content-encoding")).containsExactly("gzip");
        assertThat(client.chunk()).isEqualTo(first);
        seen.countDown();
        assertThat(client.chunk()).hasSize(packed.length - 20);
    }

    @Test
    void gzipPassesAsItIs() throws Exception {
        byte[] packed = gzip("{\"a\":1}".getBytes(UTF_8));
        RawEngine engine =
                engine(call -> call.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\n"
                                + "Content-Length: " + packed.length + "\r\n\r\n")
                        .send(packed));
        RawMessage answer = client(proxy(engine)).get("/x").answer();
        assertThat(answer.header("content-encoding")).containsExactly("gzip");
        assertThat(answer.body()).isEqualTo(packed);
    }

    @Test
    void linesOfJsonPassOneByOne() throws Exception {
        RawEngine engine = engine(call -> call.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
                .chunk("{\"a\":1}\n{\"b\"".getBytes(UTF_8))
                .chunk(":2}\n".getBytes(UTF_8))
                .send("0\r\n\r\n"));
        assertThat(client(proxy(engine)).post("/api/chat", new byte[0]).answer().text())
                .isEqualTo("{\"a\":1}\n{\"b\":2}\n");
    }

    @Test
    void trailersPass() throws Exception {
        RawEngine engine =
                engine(call -> call.send("HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .chunk("ab".getBytes(UTF_8))
                        .send("0\r\nX-Sum: 195\r\nx-more: 2\r\n\r\n"));
        RawMessage answer = client(proxy(engine)).get("/x").answer();
        assertThat(answer.header("trailer")).containsExactly("X-Sum");
        assertThat(answer.trailers()).containsExactly("X-Sum: 195", "x-more: 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void anAnswerWithoutBodyPasses(int status) throws Exception {
        RawEngine engine = engine(call -> call.send("HTTP/1.1 " + status + " Nothing\r\nX-A: 1\r\n\r\n"));
        RawClient client = client(proxy(engine));
        for (int i = 0; i < 2; i++) {
            assertThat(client.get("/x").answer().head()).isEqualTo("HTTP/1.1 " + status + " Nothing\r\nX-A: 1\r\n\r\n");
        }
        assertThat(engine.next().connection()).isEqualTo(engine.next().connection());
    }

    @Test
    void interimAnswersDoNotDisturbTheFinalOne() throws Exception {
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
            call.answer(200, "{\"a\":1}");
        });
        RawClient client = client(proxy(engine));
        for (int i = 0; i < 2; i++) {
            RawMessage answer = client.post(CHAT, PLAIN.getBytes(UTF_8)).answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void anAnswerThatEndsWithItsConnectionPassesWhole() throws Exception {
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
                    .send("data: 2\n\n");
            call.close();
        });
        RawClient client = client(proxy(engine));
        for (int i = 0; i < 2; i++) {
            RawMessage answer = client.post(CHAT, PLAIN.getBytes(UTF_8)).answer();
            assertThat(answer.complete()).isTrue();
            assertThat(answer.text()).isEqualTo("data: 1\n\ndata: 2\n\n");
        }
    }

    @Test
    void anAnswerInHttp10Passes() throws Exception {
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.0 200 OK\r\nX-A: 1\r\n\r\nhello");
            call.close();
        });
        RawMessage answer = client(proxy(engine)).get("/x").answer();
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.header("x-a")).containsExactly("1");
    }

    @Test
    void busyAnswersPassWithBodyAndRetryAfter() throws Exception {
        RawEngine engine = engine(call -> call.answer(
                Integer.parseInt(call.message().header("x-want").get(0)),
                "{\"error\":{\"message\":\"busy\"}}",
                "Retry-After: 7"));
        RawClient client = client(proxy(engine));
        for (int status : new int[] {429, 503}) {
            RawMessage answer = client.post(CHAT, DATED.getBytes(UTF_8), "X-Want: " + status)
                    .answer();
            assertThat(answer.firstLine()).isEqualTo("HTTP/1.1 " + status + " Whatever");
            assertThat(answer.header("retry-after")).containsExactly("7");
            assertThat(answer.text()).isEqualTo("{\"error\":{\"message\":\"busy\"}}");
        }
    }

    private RawMessage stream(RawEngine engine) throws Exception {
        RawClient client = client(proxy(engine));
        client.post(
                CHAT, PLAIN.replace("{\"model\"", "{\"stream\":true,\"model\"").getBytes(UTF_8));
        RawMessage answer = client.answer();
        assertThat(answer.complete()).isTrue();
        return answer;
    }

    private static byte[] gzip(byte[] plain) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }
}
