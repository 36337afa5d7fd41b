package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Mode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise: where no rule fires, bytes out equal bytes in. */
class RequestBytesTest extends WireTest {
    private RawEngine engine = unset();
    private Kvkeep kvkeep = unset();
    private RawClient client = unset();

    @BeforeEach
    void start() throws IOException {
        engine = engine(call -> call.answer(200, "{}"));
        kvkeep = proxy(engine);
        client = client(kvkeep);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"m\",\"temperature\":0.70,\"top_p\":1e5,\"seed\":-0,\"messages\":[]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"caf\\u00e9 \\/x \\ud83d\\ude00 \u00e9\u4e2d\"}]}",
                "  {\r\n\t\"messages\" : [ { \"content\" : \"hi\" ,\"role\" : \"user\" } ] }  \n ",
                "{\"messages\":[{\"role\":\"system\",\"content\":\"Current date: 2026-11-21\"}],\"messages\":[]}",
                "{\"messages\":[{\"role\":\"system\",\"role\":\"user\",\"content\":\"Current date: 2026-11-21\"}]}",
                "{\"messages\":[],\"phase\":7,\"x_future\":{\"a\":[null,true]},\"cache_control\":{\"type\":\"ephemeral\"}}",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a \"}]}],\"n\":1.0}",
                "{\"messages\":7}",
                "{\"messages\":",
                "not JSON at all",
                "[1,2]",
                "\"{\"",
                "{}",
                "\ufeff{\"messages\":[]}"
            })
    void aBodyThatNoRuleChangesArrivesByteForByte(String body) throws Exception {
        assertArrives(CHAT, body.getBytes(UTF_8));
    }

    @Test
    void bytesThatAreNoUtf8ArriveByteForByte() throws Exception {
        assertArrives(CHAT, new byte[] {'{', '"', 'm', '"', ':', '"', (byte) 0xff, (byte) 0xc3, '"', '}'});
    }

    @Test
    void aBodyOf20MegabytesArrivesByteForByte() throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("{\"messages\":[{\"role\":\"user\",\"content\":\"".getBytes(UTF_8));
        byte[] text = new byte[20 << 20];
        Arrays.fill(text, (byte) 'x');
        body.writeBytes(text);
        body.writeBytes("\"}]}".getBytes(UTF_8));
        assertArrives(CHAT, body.toByteArray());
    }

    @Test
    void aLargeBodyOnAnUnknownPathArrivesByteForByte() throws Exception {
        byte[] blob = new byte[3 << 20];
        new Random(1).nextBytes(blob);
        assertArrives("/api/blobs/sha256:0123", blob);
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, "/api/blobs/x"})
    void aChunkedBodyArrivesWhole(String path) throws Exception {
        client.send("POST " + path + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send("5;ext=1\r\n{\"mes\r\n").send("C\r\nsages\": [ ]}\r\n").send("0\r\nX-T: 1\r\n\r\n");
        RawMessage request = engine.next().message();
        assertThat(request.complete()).isTrue();
        assertThat(request.text()).isEqualTo("{\"messages\": [ ]}");
        assertThat(client.answer().status()).isEqualTo(200);
    }

    @Test
    void aNumberSurroundedByARewriteKeepsItsSpelling() throws Exception {
        client.post(
                CHAT,
                DATED.replace("\"model\"", "\"t\" : 0.70,\"u\":\"caf\\u00e9 \\/\",\"model\"")
                        .getBytes(UTF_8));
        assertThat(engine.next().message().text())
                .startsWith("{\"t\" : 0.70,\"u\":\"caf\\u00e9 \\/\",\"model\":\"m\",");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/props",
                "/api/show?verbose",
                "/a%2Fb/%zz/../c//d;p=1?q=%20&q=&&=;a[]=1|2{}^`\"<>\\",
                "/v1/models/org%2Fname?x=a?b=/c",
                "/caf\u00c3\u00a9?q=\u00e4\u00b8\u00ad"
            })
    void aTargetArrivesAsItCame(String target) throws Exception {
        client.get(target);
        assertThat(engine.next().message().firstLine()).isEqualTo("GET " + target + " HTTP/1.1");
        assertThat(client.answer().status()).isEqualTo(200);
    }

    @Test
    void theAbsoluteFormOfATargetArrivesAsAPath() throws Exception {
        client.send("GET http://other.example/v1/models?a HTTP/1.1\r\nHost: other.example\r\n\r\n");
        assertThat(engine.next().message().firstLine()).isEqualTo("GET /v1/models?a HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "FROB", "frob", "OPTIONS"})
    void everyMethodArrivesWithItsBody(String method) throws Exception {
        client.send(method + " /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n\0\u00ffabc");
        RawMessage request = engine.next().message();
        assertThat(request.firstLine()).isEqualTo(method + " /x HTTP/1.1");
        assertThat(request.body()).isEqualTo(RawMessage.bytes("\0\u00ffabc"));
        assertThat(client.answer().status()).isEqualTo(200);
    }

    @Test
    void headArrivesAsHead() throws Exception {
        client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(engine.next().message().firstLine()).isEqualTo("HEAD / HTTP/1.1");
    }

    @Test
    void optionsForTheWholeServerArrives() throws Exception {
        client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(engine.next().message().firstLine()).isEqualTo("OPTIONS * HTTP/1.1");
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"OFF", "OBSERVE"})
    void withoutRewritingEvenADatedPromptArrivesByteForByte(Mode mode) throws Exception {
        RawClient other = client(proxy(engine, mode, LIMITS));
        other.post(CHAT, DATED.getBytes(UTF_8));
        assertThat(engine.next().message().text()).isEqualTo(DATED);
        assertThat(other.answer().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void anEncodedBodyArrivesByteForByteAndIsCounted(String encoding) throws Exception {
        byte[] small = new byte[999];
        byte[] large = new byte[100_000];
        new Random(2).nextBytes(small);
        new Random(3).nextBytes(large);
        assertArrives(CHAT, small, "Content-Encoding: " + encoding);
        assertArrives(CHAT, large, "Content-Encoding: " + encoding);
        assertThat(metric(kvkeep, "kvkeep_passthrough_total", "reason=\"content-encoding\""))
                .isEqualTo(2);
    }

    private void assertArrives(String target, byte[] body, String... headerLines) throws Exception {
        client.post(target, body, headerLines);
        RawMessage request = engine.next().message();
        assertThat(request.header("content-length")).containsExactly(Integer.toString(body.length));
        assertThat(Arrays.equals(request.body(), body)).as("body is unchanged").isTrue();
        assertThat(client.answer().status()).isEqualTo(200);
    }
}
