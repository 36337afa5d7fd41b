package io.kvkeep.bench.engine;

import java.io.IOException;
import java.util.Locale;

/** The head of an HTTP message, as far as framing needs it; the length is -1 where none is given. */
public record Head(String startLine, int contentLength, boolean chunked, boolean close) {
    static Head parse(String text) throws IOException {
        int lineEnd = text.indexOf("\r\n");
        int contentLength = -1;
        boolean chunked = false;
        boolean close = false;
        int at = lineEnd + 2;
        while (at < text.length() - 2) {
            int next = text.indexOf("\r\n", at);
            int colon = text.indexOf(':', at);
            if (colon < 0 || colon > next) {
                throw new IOException("header line without a colon: " + text.substring(at, next));
            }
            if (names(text, at, colon, "content-length")) {
                contentLength = length(text.substring(colon + 1, next).strip());
            } else if (names(text, at, colon, "transfer-encoding")) {
                chunked = text.substring(colon + 1, next).strip().equalsIgnoreCase("chunked");
            } else if (names(text, at, colon, "connection")) {
                close = text.substring(colon + 1, next).toLowerCase(Locale.ROOT).contains("close");
            }
            at = next + 2;
        }
        return new Head(text.substring(0, lineEnd), contentLength, chunked, close);
    }

    private static boolean names(String text, int from, int to, String field) {
        return to - from == field.length() && text.regionMatches(true, from, field, 0, field.length());
    }

    private static int length(String digits) throws IOException {
        try {
            return Integer.parseUnsignedInt(digits);
        } catch (NumberFormatException e) {
            throw new IOException("Content-Length: " + digits, e);
        }
    }
}
