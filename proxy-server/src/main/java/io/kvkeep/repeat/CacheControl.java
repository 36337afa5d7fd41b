package io.kvkeep.repeat;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a client says of kept answers in {@code Cache-Control} (RFC 9111, 5.2.1); {@code Pragma} is its old form. */
final class CacheControl {
    private CacheControl() {}

    /** Tells whether the answer has to come from the engine now. */
    static boolean wantsFresh(HttpHeaders request) {
        return says(request, "no-cache")
                || says(request, "max-age=0")
                || (!request.contains(HttpHeaderNames.CACHE_CONTROL)
                        && request.containsValue(HttpHeaderNames.PRAGMA, "no-cache", true));
    }

    /** Tells whether the request wants nothing to be kept of it. */
    static boolean wantsNothingKept(HttpHeaders request) {
        return says(request, "no-store");
    }

    private static boolean says(HttpHeaders request, String directive) {
        return request.containsValue(HttpHeaderNames.CACHE_CONTROL, directive, true);
    }

    /** Tells whether a header's value, a list with commas, holds nothing but these names in lower case. */
    static boolean isListOf(String value, List<String> names) {
        return Stream.of(value.split(",", -1))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .allMatch(name -> name.isEmpty() || names.contains(name));
    }
}
