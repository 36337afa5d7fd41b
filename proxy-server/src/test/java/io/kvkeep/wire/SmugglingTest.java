package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What two readers could take for different requests is refused, and nothing behind it is read. */
class SmugglingTest extends WireTest {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String CHUNKED = "Host: h\r\nTransfer-Encoding: chunked\r\n\r\n";

    static Stream<Arguments> faultyRequests() {
        return Stream.of(
                post("Host: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                post("Host: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
                post("Host: h\r\ntRANSFER-eNCODING: chunked\r\ncontent-LENGTH: 0\r\n\r\n0\r\n\r\n"),
                post("Host: h\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}\n"),
                post("Host: h\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
                post("Host: h\r\nContent-Length: 2, 3\r\n\r\n{}"),
                post("Host: h\r\nContent-Length: 2, 2\r\n\r\n{}"),
                post("Host: h\r\nContent-Length: +2\r\n\r\n{}"),
                post("Host: h\r\nContent-Length: -1\r\n\r\n{}"),
                post("Host: h\r\nContent-Length: 0x2\r\n\r\n{}"),
                post("Host: h\r\nContent-Length: 2 2\r\n\r\n{}"),
                post("Host: h\r\nContent-Length:\r\n\r\n"),
                post("Host: h\r\nContent-Length: 18446744073709551618\r\n\r\n{}"),
                post("Host: h\r\nTransfer-Encoding: chunked, cow\r\n\r\n0\r\n\r\n"),
                post("Host: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                post("Host: h\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
                post("Host: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                post("Host: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                post("Host: h\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n"),
                post("Host: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
                post("Host: h\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
                post("Host: h\r\nTransfer-Encoding: chunked\r\n , cow\r\n\r\n0\r\n\r\n"),
                request("POST /x HTTP/1.0\r\n" + CHUNKED + "0\r\n\r\n"),
                post(CHUNKED + "Z\r\n"),
                post(CHUNKED + "0x2\r\n{}\r\n0\r\n\r\n"),
                post(CHUNKED + "-1\r\n"),
                post(CHUNKED + "\r\n0\r\n\r\n"),
                post(CHUNKED + " 2\r\n{}\r\n0\r\n\r\n"),
                post(CHUNKED + "10000000000000002\r\n{}\r\n0\r\n\r\n"),
                post(CHUNKED + "2\n{}\r\n0\r\n\r\n"),
                post(CHUNKED + "2 \r\n{}\r\n0\r\n\r\n"),
                post(CHUNKED + "2;a\rb\r\n{}\r\n0\r\n\r\n"),
                post(CHUNKED + "2\r\n{}0\r\n\r\n"),
                post(CHUNKED + "2\r\n{}\n0\r\n\r\n"),
                post(CHUNKED + "2\r\n{} \r\n0\r\n\r\n"),
                post(CHUNKED + "0\r\nbad trailer\r\n\r\n"),
                post(CHUNKED + "0\r\n X-Folded: 1\r\n\r\n"),
                post("Host: h\r\nX-A: 1\r\n 2\r\n\r\n"),
                post(" Host: h\r\n\r\n"),
                post("Host : h\r\n\r\n"),
                post("Host: h\r\nContent-Length : 2\r\n\r\n{}"),
                post("Host: h\r\nX-A: a\0b\r\n\r\n"),
                post("Host: h\r\nX-A: a\rContent-Length: 30\r\n\r\n"),
                post("Host: h\r\nX-A\r\n\r\n"),
                post("Host: h\r\n: x\r\n\r\n"),
                post("Host: h\r\nX(A): x\r\n\r\n"),
                post("Host: h\r\nX-A: 1\nContent-Length: 2\r\n\r\n{}"),
                request("GET /x HTTP/1.1\nHost: h\n\n"),
                request("GET /x HTTP/1.1\r\nHost: h\r\nSec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n"),
                post("X-A: 1\r\n\r\n"),
                post("Host: a\r\nHost: b\r\n\r\n"),
                post("Host: a\r\nhost: a\r\n\r\n"),
                request("GET /x HTTP/9.9\r\nHost: h\r\n\r\n"),
                request("GET /x HTTP/2.0\r\nHost: h\r\n\r\n"),
                request("GET /x http/1.1\r\nHost: h\r\n\r\n"),
                request("GET /x\r\nHost: h\r\n\r\n"),
                request("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
                request("GET  /x HTTP/1.1\r\nHost: h\r\n\r\n"),
                request("GET /x  HTTP/1.1\r\nHost: h\r\n\r\n"),
                request("GET\t/x\tHTTP/1.1\r\nHost: h\r\n\r\n"),
                request("GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n"),
                request("GET /a\rb HTTP/1.1\r\nHost: h\r\n\r\n"),
                request("G@T /x HTTP/1.1\r\nHost: h\r\n\r\n"),
                request("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                request("\u0016\u0003\u0001\u0002\0\u0001\0\r\n\r\n"));
    }

    private static Arguments post(String rest) {
        return request("POST " + CHAT + " HTTP/1.1\r\n" + rest);
    }

    private static Arguments request(String bytes) {
        return Arguments.of(bytes);
    }

    @ParameterizedTest
    @MethodSource("faultyRequests")
    void isRefusedAndEndsTheConnection(String faulty) throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        client.send(faulty + SMUGGLED);
        RawMessage answer = client.answer();
        assertThat(answer.status()).isIn(400, 501, 505);
        assertThat(answer.header("connection")).containsExactly("close");
        assertThat(answer.text()).startsWith("{\"error\":{\"message\":\"").doesNotContain("smuggled");
        assertThat(client.rest()).isEmpty();
        assertThat(engine.untaken()).isEmpty();
    }

    /** Here a part of the faulty body may be on its way already. */
    @ParameterizedTest
    @ValueSource(
            strings = {"Z\r\n", "0x2\r\n{}\r\n", "-1\r\n", "10000000000000002\r\n{}\r\n", "2\r\n{}XX", "2\n{}\r\n"})
    void aFaultInAStreamedBodyEndsBothConnections(String faulty) throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        client.send("POST /api/blobs/x HTTP/1.1\r\n" + CHUNKED + "3\r\nabc\r\n");
        client.send(faulty + "0\r\n\r\n" + SMUGGLED);
        RawMessage answer = client.answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(client.rest()).isEmpty();
        assertThat(engine.untaken()).allMatch(call -> !call.message().complete());
        assertThat(engine.untaken()).noneMatch(call -> call.head().contains("smuggled"));
    }

    @ParameterizedTest
    @MethodSource("faultyRequests")
    void aValidRequestAheadOfItIsAnswered(String faulty) throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{\"fine\":1}"));
        RawClient client = client(proxy(engine));
        client.send("POST /first HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}" + faulty + SMUGGLED);
        assertThat(client.answer().text()).isEqualTo("{\"fine\":1}");
        assertThat(client.answer().status()).isIn(400, 501, 505);
        assertThat(client.rest()).isEmpty();
        assertThat(engine.untaken()).hasSize(1);
    }

    @Test
    void aHeadLargerThanTheLimitIsRefused() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        client.send("GET /x HTTP/1.1\r\nHost: h\r\nX-Long: " + "x".repeat(130 << 10) + "\r\n\r\n" + SMUGGLED);
        RawMessage answer = client.answer();
        assertThat(answer.status()).isEqualTo(431);
        assertThat(client.rest()).isEmpty();
        assertThat(engine.untaken()).isEmpty();
    }

    @Test
    void aHeadJustBelowTheLimitPasses() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        String target = "/" + "t".repeat(40_000);
        client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\nX-Long: " + "x".repeat(80_000) + "\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
        assertThat(engine.next().message().firstLine()).isEqualTo("GET " + target + " HTTP/1.1");
    }

    @Test
    void anEmptyLineAheadOfARequestIsIgnored() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        client.send("\r\nPOST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(client.answer().status()).isEqualTo(200);
        assertThat(engine.next().message().body()).isEqualTo("{}".getBytes(UTF_8));
    }
}
