package io.kvkeep.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeadersTest {

    @Test
    void orderSpellingAndNumberAreKept() {
        assertThat(toEngine(-1, "b: 1", "A: 2", "HOST: h", "B: 3", "a: 2"))
                .containsExactly("b: 1", "A: 2", "HOST: engine:1", "B: 3", "a: 2");
        assertThat(lines(Headers.toClient(headers("b: 1", "A: 2", "B: 3")))).containsExactly("b: 1", "A: 2", "B: 3");
    }

    @Test
    void hostIsAddedOnlyIfItIsMissing() {
        assertThat(toEngine(-1, "a: 1")).containsExactly("a: 1", "host: engine:1");
    }

    @Test
    void contentLengthChangesInItsPlace() {
        assertThat(toEngine(7, "Host: h", "CONTENT-length: 5", "a: 1"))
                .containsExactly("Host: engine:1", "CONTENT-length: 7", "a: 1");
        assertThat(toEngine(7, "Host: h", "a: 1")).containsExactly("Host: engine:1", "a: 1", "content-length: 7");
        assertThat(toEngine(-1, "Host: h", "Content-Length: 5")).contains("Content-Length: 5");
    }

    @Test
    void whatBelongsToOneConnectionIsDropped() {
        String[] came = {
            "Host: h",
            "Connection: x-a , X-B",
            "connection: X-C",
            "X-a: 1",
            "x-b: 2",
            "x-C: 3",
            "Keep-Alive: 5",
            "Proxy-Connection: x",
            "Upgrade: h2c",
            "Transfer-Encoding: chunked",
            "x-d: 4"
        };
        assertThat(toEngine(-1, came)).containsExactly("Host: engine:1", "x-d: 4");
        assertThat(lines(Headers.toClient(headers(came)))).containsExactly("Host: h", "x-d: 4");
    }

    @Test
    void whatFramesOrAddressesARequestCannotBeDroppedByName() {
        assertThat(toEngine(-1, "Host: h", "Connection: host, content-length", "Content-Length: 5"))
                .containsExactly("Host: engine:1", "Content-Length: 5");
    }

    @Test
    void expectAndWithheldHeadersStayHere() {
        HttpHeaders came = headers("Host: h", "Expect: 100-continue", "X-Conversation-ID: c", "x-other: 1");
        assertThat(lines(Headers.toEngine(came, "engine:1", Set.of("x-conversation-id"), -1)))
                .containsExactly("Host: engine:1", "x-other: 1");
        assertThat(lines(Headers.toEngine(came, "engine:1", Set.of(), -1))).contains("X-Conversation-ID: c");
    }

    private static List<String> toEngine(long bodyLength, String... came) {
        return lines(Headers.toEngine(headers(came), "engine:1", Set.of(), bodyLength));
    }

    private static HttpHeaders headers(String... lines) {
        HttpHeaders headers = Headers.UNCHECKED.newHeaders();
        for (String line : lines) {
            int colon = line.indexOf(": ");
            headers.add(line.substring(0, colon), line.substring(colon + 2));
        }
        return headers;
    }

    private static List<String> lines(HttpHeaders headers) {
        return headers.entries().stream()
                .map(field -> field.getKey() + ": " + field.getValue())
                .toList();
    }
}
