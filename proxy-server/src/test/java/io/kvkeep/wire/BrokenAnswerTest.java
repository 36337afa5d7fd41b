package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Limits;
import io.kvkeep.config.Mode;
import io.kvkeep.plan.Policy;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that end too early or come too early, and engines that are not there. */
class BrokenAnswerTest extends WireTest {
    private static final String STREAM_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    @ParameterizedTest
    @CsvSource({CHAT + ",REWRITE", CHAT + ",OFF", "/v1/completions,REWRITE"})
    void aStreamThatIsCutEndsWithAnErrorEventAndABreak(String path, Mode mode) throws Exception {
        RawEngine engine = engine(call -> {
            call.send(STREAM_HEAD).chunk("data: {\"a\":1}\n\ndata: {\"b".getBytes(UTF_8));
            call.close();
        });
        Kvkeep kvkeep = proxy(engine, mode, LIMITS);
        RawMessage answer = client(kvkeep).post(path, PLAIN.getBytes(UTF_8)).answer();
        assertThat(answer.complete()).as("the end is a broken one").isFalse();
        assertThat(answer.text())
                .as("the error is an event of its own")
                .startsWith("data: {\"a\":1}\n\ndata: {\"b\n\ndata: {\"error\":{\"message\":\"")
                .contains("http://" + engine.authority())
                .endsWith("\"code\":502}}\n\n");
        assertThat(metric(kvkeep, "kvkeep_requests_total", "outcome=\"5xx\"")).isEqualTo(1);
        assertThat(engine.untaken()).as("it is not asked again").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"/v1/messages?beta=true,REWRITE", "/v1/messages,OFF"})
    void aCutStreamOfMessagesEndsWithAnErrorEventOfThatProtocol(String path, Mode mode) throws Exception {
        RawEngine engine = engine(call -> {
            call.send(STREAM_HEAD).chunk("event: ping\ndata: {\"type\":\"ping\"}\n\n".getBytes(UTF_8));
            call.close();
        });
        RawMessage answer = client(proxy(engine, mode, LIMITS))
                .post(path, PLAIN.getBytes(UTF_8))
                .answer();
        assertThat(answer.complete()).isFalse();
        assertThat(answer.text())
                .contains("{\"type\":\"ping\"}\n\n")
                .contains(
                        "\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"kvkeep ")
                .endsWith("\"}}\n\n");
    }

    @ParameterizedTest
    @CsvSource({"{\"done\":false}\\n,''", "{\"done\":false}\\n{\"me,\\n"})
    void cutLinesEndWithALineThatIsAnError(String sent, String gap) throws Exception {
        byte[] lines = sent.replace("\\n", "\n").getBytes(UTF_8);
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .chunk(lines);
            call.close();
        });
        RawMessage answer =
                client(proxy(engine)).post("/api/chat", PLAIN.getBytes(UTF_8)).answer();
        assertThat(answer.complete()).isFalse();
        assertThat(answer.text())
                .startsWith(new String(lines, UTF_8) + gap.replace("\\n", "\n") + "{\"error\":\"kvkeep got no ")
                .endsWith("\"}\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void jsonThatIsCutEndsWithABreak(boolean chunked) throws Exception {
        String framing = chunked ? "Transfer-Encoding: chunked\r\n\r\n7\r\n" : "Content-Length: 100\r\n\r\n";
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + framing + "{\"a\":1}");
            call.close();
        });
        RawMessage answer =
                client(proxy(engine)).post(CHAT, PLAIN.getBytes(UTF_8)).answer();
        assertThat(answer.complete()).isFalse();
        assertThat(answer.text()).isEqualTo("{\"a\":1}");
    }

    /** An event more would fill up what is missing, and the answer would look whole. */
    @Test
    void aStreamOfAKnownLengthIsNotFilledUp() throws Exception {
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 20\r\n\r\ndata: 1\n\n");
            call.close();
        });
        RawMessage answer =
                client(proxy(engine)).post(CHAT, PLAIN.getBytes(UTF_8)).answer();
        assertThat(answer.complete()).isFalse();
        assertThat(answer.text()).isEqualTo("data: 1\n\n");
    }

    @Test
    void brokenChunksOfTheEngineEndInABreak() throws Exception {
        RawEngine engine =
                engine(call -> call.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nZZ\r\n"));
        RawMessage answer = client(proxy(engine)).get("/x").answer();
        assertThat(answer.complete()).isFalse();
        assertThat(answer.text()).isEqualTo("ok");
    }

    @Test
    void anAnswerThatIsNotHttpIsABadGateway() throws Exception {
        RawEngine engine = engine(call -> call.send("SSH-2.0-OpenSSH_9.9\r\n\r\n"));
        assertThat(client(proxy(engine)).get("/x").answer().status()).isEqualTo(502);
        assertThat(engine.untaken()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, "/v1/files", "/api/v1/chat"})
    void anEngineThatIsNotThereIsABadGatewayThatNamesTheUrl(String path) throws Exception {
        int port = unusedPort();
        Kvkeep kvkeep = proxy(port, Mode.REWRITE, Policy.DEFAULT, LIMITS);
        RawClient client = client(kvkeep);
        client.post(path, "{\"messages\":[]}".getBytes(UTF_8));
        RawMessage answer = client.answer();
        assertThat(answer.firstLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
        assertThat(answer.header("content-type")).containsExactly("application/json");
        assertThat(answer.text())
                .startsWith("{\"error\":{\"message\":\"kvkeep can't reach the engine at http://127.0.0.1:" + port)
                .contains("\"type\":\"engine_unreachable\"");
        assertThat(client.rest()).isEmpty();
        assertThat(metric(kvkeep, "kvkeep_requests_total", "outcome=\"unreachable\""))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/messages | {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"kvkeep",
                "/v1/messages/count_tokens?beta=true | {\"type\":\"error\",\"error\":{\"type\":\"api_error\",",
                "/api/generate | {\"error\":\"kvkeep can't reach the engine",
                "/ollama/api/tags?x=/v1/messages | {\"error\":\"kvkeep can't reach the engine"
            })
    void anErrorHasTheFormOfTheProtocol(String path, String start) throws Exception {
        RawClient client = client(proxy(unusedPort(), Mode.REWRITE, Policy.DEFAULT, LIMITS));
        RawMessage answer =
                client.post(path, "{\"messages\":[]}".getBytes(UTF_8)).answer();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.text()).startsWith(start);
    }

    @Test
    void anEngineThatIsNotThereIsToldToAClientThatIsStillSending() throws Exception {
        RawClient client = client(proxy(unusedPort(), Mode.REWRITE, Policy.DEFAULT, LIMITS));
        client.send("POST /api/blobs/x HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
        client.send(new byte[1_000]);
        assertThat(client.answer().status()).isEqualTo(502);
    }

    /** What is left of the body must never be taken for a request. */
    @Test
    void anAnswerThatComesBeforeTheBodyIsReadPassesAndTheRestIsNoRequest() throws Exception {
        RawEngine engine = lazyEngine(call -> {
            call.answer(413, "{\"error\":\"too large\"}", "Connection: close");
            call.awaitEndNanos();
        });
        RawClient client = client(proxy(engine));
        String smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
        client.send("POST /api/blobs/x HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n");
        client.send(smuggled.repeat(100));
        RawMessage answer = client.answer();
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.header("connection")).containsExactly("close");
        assertThat(answer.text()).isEqualTo("{\"error\":\"too large\"}");
        client.send(smuggled.repeat(100));
        assertThat(client.rest()).isEmpty();
        assertThat(engine.untaken()).hasSize(1);
    }

    /** The connection to the engine still waits for the rest of the body, so nobody else may use it. */
    @Test
    void anEarlyAnswerOnAConnectionThatStaysOpenEndsIt() throws Exception {
        RawEngine engine = lazyEngine(call -> {
            call.answer(200, "{}");
            call.awaitEndNanos();
        });
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep);
        client.send("POST /api/blobs/x HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\nhello");
        assertThat(client.answer().status()).isEqualTo(200);
        client.close();
        assertThat(client(kvkeep).get("/y").answer().status()).isEqualTo(200);
        assertThat(engine.next().connection()).isNotEqualTo(engine.next().connection());
    }

    @Test
    void anEngineThatIsSilentForTooLongIsAGatewayTimeout() throws Exception {
        RawEngine engine = engine(call -> call.awaitEndNanos());
        Limits limits = new Limits(
                1 << 20,
                128 << 10,
                LIMITS.idleTimeout(),
                LIMITS.uploadTimeout(),
                Duration.ofMillis(200),
                LIMITS.drainTimeout());
        RawMessage answer = client(proxy(engine, Mode.REWRITE, limits))
                .post(CHAT, PLAIN.getBytes(UTF_8))
                .answer();
        assertThat(answer.status()).isEqualTo(504);
        assertThat(engine.untaken()).hasSize(1);
    }

    @Test
    void aBodyLargerThanTheLimitPassesUnreadAndIsCounted() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        Limits limits = new Limits(
                100_000,
                128 << 10,
                LIMITS.idleTimeout(),
                LIMITS.uploadTimeout(),
                LIMITS.answerTimeout(),
                LIMITS.drainTimeout());
        Kvkeep kvkeep = proxy(engine, Mode.REWRITE, limits);
        byte[] body = DATED.replace("\"hi\"", "\"" + "h".repeat(200_000) + "\"").getBytes(UTF_8);
        RawClient client = client(kvkeep);
        client.post(CHAT, body).answer();
        assertThat(Arrays.equals(engine.next().message().body(), body)).isTrue();
        client.send("POST " + CHAT + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send(Integer.toHexString(body.length) + "\r\n").send(body).send("\r\n0\r\n\r\n");
        client.answer();
        assertThat(Arrays.equals(engine.next().message().body(), body)).isTrue();
        assertThat(metric(kvkeep, "kvkeep_passthrough_total", "reason=\"body-too-large\""))
                .isEqualTo(2);
    }
}
