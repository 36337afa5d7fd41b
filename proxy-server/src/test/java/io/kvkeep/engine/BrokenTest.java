package io.kvkeep.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages as Netty 4.2 and Java 17 were seen to write them. */
final class BrokenTest {
    static Stream<Arguments> seen() {
        return Stream.of(
                Arguments.of(
                        new ConnectException(
                                "finishConnect(..) failed with error(-111): Connection refused: localhost/127.0.0.1:9"),
                        "connection refused"),
                Arguments.of(new ConnectException("Connection refused: localhost/127.0.0.1:9"), "connection refused"),
                Arguments.of(
                        new IOException("recvAddress(..) failed with error(-104): Connection reset by peer"),
                        "Connection reset by peer"),
                Arguments.of(
                        new UnknownHostException("gpu-box: Name or service not known"),
                        "its host name is not known here"),
                Arguments.of(
                        new ConnectTimeoutException("connection timed out after 10000 ms: /192.0.2.1:9"),
                        "it did not take the connection in time"),
                Arguments.of(
                        new PrematureChannelClosureException("channel gone inactive with 1 missing response(s)"),
                        "it closed the connection before its answer was whole"),
                Arguments.of(
                        new DecoderException(new SSLHandshakeException("PKIX path building failed")),
                        "TLS failed: PKIX path building failed"),
                Arguments.of(
                        new DecoderException(new NotSslRecordException("not an SSL/TLS record: 485454502f312e31")),
                        "it does not speak TLS there; is its URL http:// in place of https://?"),
                Arguments.of(
                        new DecoderException("java.lang.IllegalArgumentException: invalid version format: GARBAGE"),
                        "invalid version format: GARBAGE"),
                Arguments.of(new IOException(), "no reason was told"));
    }

    @ParameterizedTest
    @MethodSource("seen")
    void noClassAndNoCallIsNamed(Throwable cause, String words) {
        assertThat(Broken.words(cause)).isEqualTo(words);
    }
}
