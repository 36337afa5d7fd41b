package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a client's connection is kept, shared by requests, and ended. */
class ConnectionTest extends WireTest {

    @Test
    void aConnectionServesOneRequestAfterTheOther() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{\"n\":" + call.ordinal() + "}"));
        RawClient client = client(proxy(engine));
        for (int i = 1; i <= 20; i++) {
            RawMessage answer =
                    client.post(i % 2 == 0 ? CHAT : "/x", PLAIN.getBytes(UTF_8)).answer();
            assertThat(answer.text()).isEqualTo("{\"n\":" + i + "}");
            assertThat(answer.header("connection")).isEmpty();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        CountDownLatch allSent = new CountDownLatch(1);
        RawEngine engine = engine(call -> {
            assertThat(allSent.await(5, TimeUnit.SECONDS)).isTrue();
            call.answer(200, "\"" + call.message().firstLine() + "\"");
        });
        RawClient client = client(proxy(engine));
        for (int i = 0; i < 200; i++) {
            client.send("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
            client.post("/p" + i, "body".getBytes(UTF_8));
        }
        allSent.countDown();
        for (int i = 0; i < 200; i++) {
            assertThat(client.answer().text()).isEqualTo("\"GET /" + i + " HTTP/1.1\"");
            assertThat(client.answer().text()).isEqualTo("\"POST /p" + i + " HTTP/1.1\"");
        }
    }

    @Test
    void connectionCloseIsHonoured() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        client.post(CHAT, PLAIN.getBytes(UTF_8), "Connection: close");
        RawMessage answer = client.answer();
        assertThat(answer.header("connection")).containsExactly("close");
        assertThat(client.rest()).isEmpty();
        assertThat(engine.next().message().header("connection"))
                .as("the engine's connection is another one")
                .isEmpty();
    }

    @Test
    void theEnginesCloseEndsTheEnginesConnectionAlone() throws Exception {
        RawEngine engine = engine(call -> {
            call.answer(200, "{}", "Connection: close");
            call.close();
        });
        RawClient client = client(proxy(engine));
        for (int i = 0; i < 3; i++) {
            assertThat(client.get("/x").answer().header("connection")).isEmpty();
        }
        assertThat(engine.untaken()).extracting(RawEngine.Call::connection).doesNotHaveDuplicates();
    }

    @Test
    void aClientOfHttp10GetsAPlainBodyAndAClose() throws Exception {
        RawEngine engine = engine(call ->
                call.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"));
        RawClient client = client(proxy(engine));
        client.send("GET /x HTTP/1.0\r\n\r\n");
        assertThat(new String(client.rest(), UTF_8)).isEqualTo("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc");
        assertThat(engine.next().head()).isEqualTo("GET /x HTTP/1.1\r\nhost: " + engine.authority() + "\r\n\r\n");
    }

    @Test
    void headIsAnsweredWithTheLengthAndWithoutABody() throws Exception {
        RawEngine engine = engine(call -> {
            if (call.head().startsWith("HEAD")) {
                call.send("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n");
            } else {
                call.answer(200, "{}");
            }
        });
        RawClient client = client(proxy(engine));
        client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.answerToHead().head()).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n");
        assertThat(client.get("/x").answer().text())
                .as("the connection goes on")
                .isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, "/api/blobs/x"})
    void aClientThatWaitsFor100GetsItAndIsServed(String path) throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        byte[] body = ("{\"messages\":[],\"x\":\"" + "y".repeat(100_000) + "\"}").getBytes(UTF_8);
        client.send("POST " + path + " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: " + body.length
                + "\r\n\r\n");
        assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        client.send(body);
        assertThat(client.answer().status()).isEqualTo(200);
        RawMessage request = engine.next().message();
        assertThat(request.body()).isEqualTo(body);
        assertThat(request.header("expect")).isEmpty();
    }

    @Test
    void aTunnelIsNotOpened() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        client.send("CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(501);
        assertThat(client.rest()).isEmpty();
        assertThat(engine.untaken()).isEmpty();
    }

    @Test
    void aStreamGoesOnWhileTheClientSendsItsNextRequest() throws Exception {
        CountDownLatch nextSent = new CountDownLatch(1);
        RawEngine engine = engine(call -> {
            if (call.head().startsWith("GET /1 ")) {
                call.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
                assertThat(nextSent.await(5, TimeUnit.SECONDS)).isTrue();
                call.send("1\r\nb\r\n0\r\n\r\n");
            } else {
                call.answer(200, "second");
            }
        });
        RawClient client = client(proxy(engine));
        client.get("/1");
        String head = client.head();
        assertThat(head).startsWith("HTTP/1.1 200 OK");
        assertThat(client.chunk()).isEqualTo(new byte[] {'a'});
        client.get("/2");
        nextSent.countDown();
        assertThat(client.chunk()).isEqualTo(new byte[] {'b'});
        assertThat(client.exactly(5)).isEqualTo("0\r\n\r\n".getBytes(UTF_8));
        assertThat(client.answer().text()).isEqualTo("second");
    }

    @Test
    void aFloodOfPipelinedRequestsIsAnsweredToItsEnd() throws Exception {
        int requests = 3_000;
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n".repeat(requests));
        for (int i = 0; i < requests; i++) {
            assertThat(client.answer().status()).as("answer %s", i).isEqualTo(200);
        }
    }

    @Test
    void aTargetInAbsoluteFormKeepsItsQuery() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        client.send("GET http://a?x=/1 HTTP/1.1\r\nHost: a\r\n\r\n");
        client.answer();
        client.send("GET http://a/p?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
        client.answer();
        assertThat(engine.next().head()).startsWith("GET /?x=/1 HTTP/1.1");
        assertThat(engine.next().head()).startsWith("GET /p?x=1 HTTP/1.1");
    }
}
