package io.kvkeep.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guard says the same wherever the bytes are cut, and keeps no buffer. */
@SuppressWarnings("StringConcatToTextBlock") // which line break it is matters here
class FramingGuardTest {
    private static final int MAX_HEAD_BYTES = 8 << 10;
    private static final String FIRST = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                "\r\n\r\nGET / HTTP/1.0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: CHUNKED\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost:\r\nContent-Length: 1\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4;a=\"b\"\r\nG\r\n\r\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n00A\r\n0123456789\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nX-A:\t\u00e9 \r\n\r\nGET /b HTTP/1.1\r\nhost: i\r\n\r\n"
            })
    void aValidRequestPassesUnchangedWhereverItIsCut(String request) {
        String bytes = FIRST + request + FIRST;
        int requests = verdict(bytes, bytes.length()).requests;
        assertThat(requests).isGreaterThanOrEqualTo(3);
        for (int cut = 0; cut <= bytes.length(); cut++) {
            Verdict verdict = verdict(bytes, cut);
            assertThat(verdict.refused).as("cut at %s", cut).isEmpty();
            assertThat(verdict.passed).isEqualTo(bytes);
            assertThat(verdict.requests).isEqualTo(requests);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, cow\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000001\r\nx\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno trailer\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
                "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
                "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
            })
    void aFaultyRequestIsRefusedInTheSameWayWhereverItIsCut(String request) {
        String bytes = FIRST + request + FIRST;
        Verdict whole = verdict(bytes, bytes.length());
        assertThat(whole.refused).hasSize(1);
        for (int cut = 0; cut <= bytes.length(); cut++) {
            Verdict verdict = verdict(bytes, cut);
            assertThat(verdict.refused).as("cut at %s", cut).isEqualTo(whole.refused);
            assertThat(bytes).startsWith(verdict.passed);
            assertThat(verdict.passed).as("what came before is not lost").startsWith(FIRST);
            assertThat(verdict.requests).as("complete requests that pass").isEqualTo(1);
        }
    }

    @Test
    void everyByteOfItsOwnGivesTheSameVerdict() {
        String bytes = FIRST + "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n";
        EmbeddedChannel channel = new EmbeddedChannel(new FramingGuard(MAX_HEAD_BYTES));
        for (byte b : bytes.getBytes(ISO_8859_1)) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
        }
        assertThat(read(channel).refused)
                .containsExactly(new Refused(HttpResponseStatus.BAD_REQUEST, "chunk data is not followed by CR LF"));
    }

    @Test
    void aHeadUpToTheLimitPassesAndOneByteMoreDoesNot() {
        String start = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
        String fits = start + "x".repeat(MAX_HEAD_BYTES - start.length() - 4) + "\r\n\r\n";
        assertThat(verdict(fits + fits, 100).refused).isEmpty();
        assertThat(verdict(fits.replace("X: ", "X: x"), 100).refused)
                .extracting(Refused::status)
                .containsExactly(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE);
    }

    @Test
    void aLineThatNeverEndsIsRefusedAtTheLimit() {
        EmbeddedChannel channel = new EmbeddedChannel(new FramingGuard(MAX_HEAD_BYTES));
        for (int i = 0; i < 20; i++) {
            channel.writeInbound(Unpooled.wrappedBuffer("x".repeat(1_000).getBytes(ISO_8859_1)));
        }
        Verdict verdict = read(channel);
        assertThat(verdict.refused).hasSize(1);
        assertThat(verdict.passed).hasSize(8_000);
    }

    @Test
    void manyChunksAreNoLargeHead() {
        StringBuilder bytes = new StringBuilder("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        bytes.append("1\r\nx\r\n".repeat(10_000)).append("0\r\n\r\n");
        assertThat(verdict(bytes.toString(), 7).refused).isEmpty();
    }

    private static Verdict verdict(String bytes, int cut) {
        EmbeddedChannel channel = new EmbeddedChannel(new FramingGuard(MAX_HEAD_BYTES));
        byte[] all = bytes.getBytes(ISO_8859_1);
        ByteBuf first = Unpooled.buffer(1).writeBytes(all, 0, cut);
        ByteBuf second = Unpooled.buffer(1).writeBytes(all, cut, all.length - cut);
        channel.writeInbound(first);
        channel.writeInbound(second);
        Verdict verdict = read(channel);
        assertThat(first.refCnt() + second.refCnt())
                .as("buffers that are still held")
                .isZero();
        return verdict;
    }

    private static Verdict read(EmbeddedChannel channel) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        List<Refused> refused = new ArrayList<>();
        Object message;
        while ((message = channel.readInbound()) != null) {
            if (message instanceof Refused one) {
                refused.add(one);
            } else if (message instanceof ByteBuf part) {
                assertThat(refused).as("nothing passes behind a refusal").isEmpty();
                byte[] bytes = new byte[part.readableBytes()];
                part.readBytes(bytes).release();
                passed.writeBytes(bytes);
            }
        }
        channel.finishAndReleaseAll();
        return new Verdict(passed.toString(ISO_8859_1), refused, completeRequests(passed.toByteArray()));
    }

    /** What Netty's decoder, which stands behind the guard, makes of the bytes that pass. */
    private static int completeRequests(byte[] bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder());
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        int complete = 0;
        Object message;
        while ((message = channel.readInbound()) != null) {
            if (message instanceof LastHttpContent last && last.decoderResult().isSuccess()) {
                complete++;
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        return complete;
    }

    private record Verdict(String passed, List<Refused> refused, int requests) {}
}
