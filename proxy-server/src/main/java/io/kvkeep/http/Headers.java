package io.kvkeep.http;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.List;
import java.util.Map.Entry;
import java.util.Set;
import java.util.TreeSet;

/**
 * What happens to headers on their way through: hop-by-hop ones end here, all others keep order, spelling and number.
 */
public final class Headers {
    /** Makes headers without checks: what comes from the wire has been checked there. */
    public static final HttpHeadersFactory UNCHECKED =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    /** RFC 9110, 7.6.1, and Transfer-Encoding, which each side of a proxy has of its own. */
    private static final List<AsciiString> HOP_BY_HOP = List.of(
            HttpHeaderNames.CONNECTION,
            HttpHeaderNames.TRANSFER_ENCODING,
            AsciiString.cached("keep-alive"),
            AsciiString.cached("proxy-connection"),
            HttpHeaderNames.UPGRADE);

    private Headers() {}

    /**
     * Returns the headers for the engine.
     *
     * @param came the client's
     * @param host the engine's authority; takes the place of the client's Host, since Ollama answers 403 to others
     * @param withheld lower-case names that this kind of engine must not see
     * @param bodyLength what Content-Length has to say, or -1 to leave that header as it came
     */
    public static HttpHeaders toEngine(HttpHeaders came, String host, Set<String> withheld, long bodyLength) {
        HttpHeaders out = UNCHECKED.newHeaders();
        Set<String> named = namedInConnection(came);
        boolean hostDone = false;
        boolean lengthDone = bodyLength < 0;
        for (Iterator<Entry<CharSequence, CharSequence>> all = came.iteratorCharSequence(); all.hasNext(); ) {
            Entry<CharSequence, CharSequence> field = all.next();
            CharSequence name = field.getKey();
            if (HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)) {
                out.add(name, host);
                hostDone = true;
            } else if (bodyLength >= 0 && HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
                out.add(name, Long.toString(bodyLength));
                lengthDone = true;
            } else if (!isHopByHop(name, named)
                    && !HttpHeaderNames.EXPECT.contentEqualsIgnoreCase(name)
                    && !isAmong(withheld, name)) {
                out.add(name, field.getValue());
            }
        }
        if (!hostDone) {
            out.add(HttpHeaderNames.HOST, host);
        }
        if (!lengthDone) {
            out.add(HttpHeaderNames.CONTENT_LENGTH, Long.toString(bodyLength));
        }
        return out;
    }

    /** Returns the headers for the client. */
    public static HttpHeaders toClient(HttpHeaders came) {
        HttpHeaders out = UNCHECKED.newHeaders();
        Set<String> named = namedInConnection(came);
        for (Iterator<Entry<CharSequence, CharSequence>> all = came.iteratorCharSequence(); all.hasNext(); ) {
            Entry<CharSequence, CharSequence> field = all.next();
            if (!isHopByHop(field.getKey(), named)) {
                out.add(field.getKey(), field.getValue());
            }
        }
        return out;
    }

    private static boolean isHopByHop(CharSequence name, Set<String> named) {
        for (AsciiString hop : HOP_BY_HOP) {
            if (hop.contentEqualsIgnoreCase(name)) {
                return true;
            }
        }
        return !named.isEmpty() && named.contains(name.toString());
    }

    private static boolean isAmong(Iterable<String> names, CharSequence name) {
        for (String other : names) {
            if (AsciiString.contentEqualsIgnoreCase(other, name)) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> namedInConnection(HttpHeaders headers) {
        List<String> values = headers.getAll(HttpHeaderNames.CONNECTION);
        if (values.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String value : values) {
            for (String option : value.split(",", -1)) {
                String name = option.trim();
                // Without its length a body would be read as the next request.
                if (!HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
