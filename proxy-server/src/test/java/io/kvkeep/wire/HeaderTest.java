package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Headers keep order, spelling and number; what belongs to one connection ends here; nothing is added. */
@SuppressWarnings("StringConcatToTextBlock") // which line break it is matters here
class HeaderTest extends WireTest {

    @Test
    void requestHeadersArriveInOrderAsTheyWereSpelled() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        client.send("GET /x HTTP/1.1\r\nx-Zeta: 1\r\nHOST: kvkeep.test\r\nACCEPT: */*\r\nx-zeta:2\r\nX-Empty:\r\n"
                + "Authorization: Bearer s3cr3t=\r\nX-Zeta:  a, b;c=\"d\" \t\r\nX-Title: Caf\u00c3\u00a9 \u00e9\r\n"
                + "x-session-id: s1\r\nX-Gateway-Model-Endpoint: e\r\nX-Conversation-Id: c1\r\nCookie: a=b\r\n\r\n");
        assertThat(engine.next().head())
                .isEqualTo("GET /x HTTP/1.1\r\nx-Zeta: 1\r\nHOST: " + engine.authority()
                        + "\r\nACCEPT: */*\r\nx-zeta: 2\r\nX-Empty: \r\nAuthorization: Bearer s3cr3t=\r\n"
                        + "X-Zeta: a, b;c=\"d\"\r\nX-Title: Caf\u00c3\u00a9 \u00e9\r\nx-session-id: s1\r\n"
                        + "X-Gateway-Model-Endpoint: e\r\nX-Conversation-Id: c1\r\nCookie: a=b\r\n\r\n");
    }

    @Test
    void answerHeadersArriveInOrderAsTheyWereSpelled() throws Exception {
        String head = "HTTP/1.1 200 As You Like\r\nx-Zeta: 1\r\nServer: llama\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n"
                + "X-Empty: \r\nX-Title: Caf\u00c3\u00a9 \u00e9\r\nCONTENT-LENGTH: 2\r\nx-zeta: 2\r\n\r\n";
        RawClient client = client(proxy(engine(call -> call.send(head + "ok"))));
        assertThat(client.get("/").answer().head()).isEqualTo(head);
    }

    @Test
    void aHundredHeadersAndOneOf7000BytesPassBothWays() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            lines.add("X-Field-" + i + ": value " + i);
        }
        lines.add("X-Long: " + "l".repeat(7_000));
        String[] asArray = lines.toArray(new String[0]);
        RawEngine engine = engine(call -> call.answer(200, "{}", asArray));
        RawClient client = client(proxy(engine));
        client.post("/x", new byte[0], asArray);
        assertThat(engine.next().message().headerLines()).containsAll(lines).hasSize(103);
        assertThat(client.answer().headerLines()).containsAll(lines).hasSize(103);
    }

    @Test
    void headersOfOneConnectionEndHere() throws Exception {
        RawEngine engine = engine(call -> call.send("HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\n"
                + "Keep-Alive: timeout=5, max=100\r\nProxy-Connection: keep-alive\r\nUpgrade: h2c\r\n"
                + "X-Ours: 1\r\nContent-Length: 2\r\n\r\nok"));
        RawClient client = client(proxy(engine));
        client.send(
                "GET /x HTTP/1.1\r\nHost: h\r\nConnection: X-Hop, keep-alive\r\nConnection: x-other\r\nx-hop: 1\r\n"
                        + "X-Other: 2\r\nKeep-Alive: 300\r\nProxy-Connection: keep-alive\r\nUpgrade: websocket\r\nX-Stays: 3\r\n\r\n");
        assertThat(engine.next().message().headerLines()).containsExactly("Host: " + engine.authority(), "X-Stays: 3");
        assertThat(client.answer().headerLines()).containsExactly("X-Ours: 1", "Content-Length: 2");
    }

    /** Without its length a body would be read as the next request. */
    @Test
    void contentLengthStaysEvenIfConnectionNamesIt() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        byte[] body = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n".repeat(3_000).getBytes(UTF_8);
        client.post("/api/blobs/x", body, "Connection: Content-Length, Host");
        RawEngine.Call call = engine.next();
        assertThat(call.message().header("content-length")).containsExactly(Integer.toString(body.length));
        assertThat(call.message().body()).isEqualTo(body);
        assertThat(client.answer().status()).isEqualTo(200);
        assertThat(engine.untaken()).isEmpty();
    }

    @Test
    void noHeaderIsAddedInEitherDirection() throws Exception {
        RawEngine engine =
                engine(call -> call.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"));
        RawClient client = client(proxy(engine));
        client.post(CHAT, DATED.getBytes(UTF_8));
        assertThat(engine.next().message().headerLines())
                .extracting(line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT))
                .containsExactly("host", "content-length");
        assertThat(client.answer().headerLines())
                .extracting(line -> line.toLowerCase(Locale.ROOT))
                .containsExactly("transfer-encoding: chunked");
    }

    @Test
    void contentLengthIsRightAfterARewrite() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        client.post(CHAT, DATED.getBytes(UTF_8));
        RawMessage request = engine.next().message();
        assertThat(request.text()).isNotEqualTo(DATED).endsWith("]}");
        assertThat(request.header("content-length")).containsExactly(Integer.toString(request.body().length));
        client.answer();
        client.get("/next");
        assertThat(engine.next().message().firstLine()).isEqualTo("GET /next HTTP/1.1");
    }

    @Test
    void theConversationIdIsWithheldFromLlamaCppAlone() throws Exception {
        RawEngine llama = engine("llamacpp", call -> call.answer(200, "{}"));
        client(proxy(llama)).post(CHAT, PLAIN.getBytes(UTF_8), "x-conversation-ID: c1", "X-Other: 1");
        assertThat(llama.next().message().headerLines())
                .contains("X-Other: 1")
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("x-conversation-id"));
    }
}
