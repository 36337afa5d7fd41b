package io.kvkeep.engine;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Why a connection or a port could not be had, in words for users: those of Java and Netty name classes and calls. */
public final class Broken {
    /** Such as {@code recvAddress(..) failed with error(-104): }, and names of classes in front of a message. */
    private static final Pattern INNER = Pattern.compile(
            "^(?:\\S+\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: |(?:[\\w$]+\\.)+[\\w$]+(?:Exception|Error): )+");

    /** Where it was, as Netty writes it behind a message: the engine's address is told anyway. */
    private static final Pattern ADDRESS = Pattern.compile(": \\S*/\\S+:\\d+$");

    private Broken() {}

    /** Returns a few words, without a full stop. */
    public static String words(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return "its host name is not known here";
        }
        if (cause instanceof ConnectTimeoutException) {
            return "it did not take the connection in time";
        }
        if (cause instanceof PrematureChannelClosureException) {
            return "it closed the connection before its answer was whole";
        }
        Optional<SSLException> tls = tls(cause);
        if (tls.isPresent()) {
            return tls.get() instanceof NotSslRecordException // whose message has all that came, in digits
                    ? "it does not speak TLS there; is its URL http:// in place of https://?"
                    : "TLS failed: " + plain(tls.get());
        }
        return cause instanceof ConnectException ? plain(cause).toLowerCase(Locale.ROOT) : plain(cause);
    }

    /** A decoder wraps what TLS says. */
    private static Optional<SSLException> tls(Throwable cause) {
        for (Throwable one = cause; one != null; one = one.getCause()) {
            if (one instanceof SSLException found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private static String plain(Throwable cause) {
        String message = cause.getMessage();
        if (message == null || message.isBlank()) {
            return "no reason was told";
        }
        String words = INNER.matcher(message).replaceFirst("");
        return ADDRESS.matcher(words).replaceFirst("");
    }
}
