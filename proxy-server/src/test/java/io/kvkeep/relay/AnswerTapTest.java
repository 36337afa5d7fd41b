package io.kvkeep.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTapTest {
    private static final Dialect CHAT = Dialect.CHAT_COMPLETIONS;
    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream; charset=utf-8";
    private static final String PLAIN = """
            {"choices":[{"index":0,"message":{"role":"assistant","content":" caf\\u00e9 ","tool_calls":[{"id":"c1",\
            "type":"function","function":{"name":"gauge","arguments":"{ \\"b\\":1, \\"a\\":2 }"}}]},\
            "finish_reason":"tool_calls"}]}
            """;
    private static final String STREAM = """
            data: {"choices":[{"index":0,"delta":{"role":"assistant","content":" ca"},"finish_reason":null}]}

            data: {"choices":[{"index":0,"delta":{"content":"f\\u00e9 "},"finish_reason":null}]}

            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"gauge",\
            "arguments":"{ \\"b\\":1,"}}]},"finish_reason":null}]}

            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":" \\"a\\":2 }"}}]}}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

            data: [DONE]

            """;
    private static final Emitted SAID =
            new Emitted(" café ", "", List.of(new Emitted.Call("gauge", "{ \"b\":1, \"a\":2 }")));

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 10_000})
    void theModelsWordsAreReadHoweverTheAnswerIsCut(int pieceBytes) {
        assertThat(played(head(200, JSON), true, PLAIN, pieceBytes).emitted()).contains(SAID);
        assertThat(played(head(200, EVENTS), true, STREAM, pieceBytes).emitted())
                .contains(SAID);
    }

    @Test
    void anAnswerThatNobodyWantsIsNotRead() {
        AnswerTap tap = played(head(200, JSON), false, PLAIN, 100);

        assertThat(tap.emitted()).isEmpty();
        assertThat(new String(tap.lastBytes(), UTF_8)).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 400, 429, 500, 503})
    void onlyAnAnswerWithStatus200Counts(int status) {
        assertThat(played(head(status, JSON), true, PLAIN, 100).emitted()).isEmpty();
    }

    @Test
    void whatIsCompressedOrOfAnUnknownKindIsNotRead() {
        HttpResponse compressed = head(200, JSON);
        compressed.headers().set("content-encoding", "gzip");

        assertThat(played(compressed, true, PLAIN, 100).emitted()).isEmpty();
        assertThat(played(head(200, "text/plain"), true, PLAIN, 100).emitted()).isEmpty();
    }

    @Test
    void anAnswerThatIsNotWholeIsNone() {
        for (int length = 0; length < PLAIN.lastIndexOf('}') + 1; length++) {
            assertThat(played(head(200, JSON), true, PLAIN.substring(0, length), 100)
                            .emitted())
                    .as("the first %s chars", length)
                    .isEmpty();
        }
        int finish = STREAM.lastIndexOf("\"tool_calls\"}]}");
        for (int length = 0; length <= finish; length++) {
            assertThat(played(head(200, EVENTS), true, STREAM.substring(0, length), 100)
                            .emitted())
                    .as("the first %s chars", length)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: [DONE]\n\n", "data:[DONE]\r\n\r\n"})
    void theEndOfAStreamIsKnownWithItsLastEventHoweverItIsCut(String done) {
        String before = STREAM.substring(0, STREAM.indexOf("data: [DONE]")).replace("café", "[DONE]");
        for (int length = 0; length < before.length() + done.length(); length++) {
            String part = (before + done).substring(0, length);
            boolean told = part.length() > before.length() && part.matches("(?s).*\n\r?\n");
            assertThat(played(head(200, EVENTS), true, part, 3).ended())
                    .as("the first %s chars", length)
                    .isEqualTo(told);
        }
        assertThat(played(head(200, EVENTS), true, before + done, 7).ended()).isTrue();
    }

    @Test
    void theEndOfLinesIsTheLineThatSaysSo() {
        AnswerTap tap = new AnswerTap(head(200, "application/x-ndjson"), Dialect.OLLAMA_CHAT, true);
        tap.add(Unpooled.copiedBuffer("{\"message\":{\"content\":\"Aye\"},\"done\":false}\n", UTF_8));
        assertThat(tap.ended()).isFalse();
        tap.add(Unpooled.copiedBuffer("{\"message\":{\"content\":\"\"},\"done\":true}\n", UTF_8));
        assertThat(tap.ended()).isTrue();
        assertThat(tap.emitted()).contains(new Emitted("Aye", "", List.of()));
    }

    @Test
    void aVeryLongAnswerIsNotKeptAndItsEndStillCounted() {
        String text = "x".repeat(1 << 20);
        AnswerTap tap = played(head(200, JSON), true, PLAIN.replace(" caf", text), 50_000);

        assertThat(tap.emitted()).isEmpty();
        assertThat(new String(tap.lastBytes(), UTF_8)).endsWith(PLAIN.substring(PLAIN.length() - 100));
    }

    @Test
    void whatPassesStaysAsItIs() {
        ByteBuf passing = Unpooled.copiedBuffer("x" + PLAIN, UTF_8).skipBytes(1);
        AnswerTap tap = new AnswerTap(head(200, JSON), CHAT, true);
        tap.add(passing);

        assertThat(passing.toString(UTF_8)).isEqualTo(PLAIN);
        assertThat(passing.refCnt()).isEqualTo(1);
        assertThat(tap.emitted()).isEqualTo(Optional.of(SAID));
        passing.release();
    }

    private static AnswerTap played(HttpResponse head, boolean wanted, String body, int pieceBytes) {
        AnswerTap tap = new AnswerTap(head, CHAT, wanted);
        ByteBuf all = Unpooled.copiedBuffer(body, UTF_8);
        while (all.isReadable()) {
            tap.add(all.readSlice(Math.min(pieceBytes, all.readableBytes())));
        }
        all.release();
        return tap;
    }

    private static HttpResponse head(int status, String contentType) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        head.headers().set("content-type", contentType);
        return head;
    }
}
