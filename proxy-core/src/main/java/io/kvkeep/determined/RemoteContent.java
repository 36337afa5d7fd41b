package io.kvkeep.determined;

import io.kvkeep.json.CanonicalJson;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Finds media that the engine would have to fetch: what lies behind an address can be another thing tomorrow. */
final class RemoteContent {
    private static final byte[] INLINE = "data:".getBytes(StandardCharsets.US_ASCII);

    private RemoteContent() {}

    /** Tells whether a value holds an address that is no {@code data:} URL in a member that is made for one. */
    static boolean isIn(byte[] json, Range value) throws NotJson {
        return isIn(json, value, 0);
    }

    private static boolean isIn(byte[] json, Range value, int level) throws NotJson {
        if (level > CanonicalJson.MAX_LEVELS) {
            throw new NotJson("no more than " + CanonicalJson.MAX_LEVELS + " levels", value.start());
        }
        JsonCursor cursor = new JsonCursor(json, value.start(), value.end());
        boolean object = cursor.peek() == '{';
        if (!object && cursor.peek() != '[') {
            return false;
        }
        cursor.enter(object ? '{' : '[');
        while (object ? cursor.nextMember() : cursor.nextElement()) {
            boolean found = (object && isAddress(cursor) && cursor.peek() == '"')
                    ? !startsInline(cursor.string())
                    : isIn(json, cursor.value(), level + 1);
            if (found) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAddress(JsonCursor cursor) {
        return cursor.keyIs("url")
                || cursor.keyIs("image_url")
                || cursor.keyIs("file_url")
                || cursor.keyIs("audio_url")
                || cursor.keyIs("video_url");
    }

    private static boolean startsInline(JsonString address) {
        int end = Math.min(address.end(), address.start() + INLINE.length);
        return Arrays.equals(address.json(), address.start(), end, INLINE, 0, INLINE.length);
    }
}
