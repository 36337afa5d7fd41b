package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;

/**
 * A request or an answer as it came over a wire.
 *
 * @param head first line and headers with the empty line behind them; one char for each byte
 * @param body the body without chunk framing
 * @param trailers trailer lines behind the last chunk
 * @param complete whether the framing says that nothing is missing
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read by one test
record RawMessage(String head, byte[] body, List<String> trailers, boolean complete) {

    String firstLine() {
        return head.substring(0, head.indexOf("\r\n"));
    }

    int status() {
        return Integer.parseInt(head.substring(9, 12));
    }

    /** The header lines as they stand there. */
    List<String> headerLines() {
        List<String> lines = List.of(head.split("\r\n", -1));
        return lines.subList(1, lines.size() - 2);
    }

    /** The values of a header, in order. */
    List<String> header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return headerLines().stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .toList();
    }

    String text() {
        return new String(body, UTF_8);
    }

    static byte[] bytes(String chars) {
        return chars.getBytes(ISO_8859_1);
    }
}
