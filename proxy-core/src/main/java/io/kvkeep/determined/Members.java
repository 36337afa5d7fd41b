package io.kvkeep.determined;

import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of one JSON object by name. An object with two readings (a name twice, or with an escape) has none. */
final class Members {
    private final byte[] json;
    private final Map<String, Range> values;

    private Members(byte[] json, Map<String, Range> values) {
        this.json = json;
        this.values = values;
    }

    /**
     * Reads the object that stands in the range.
     *
     * @throws NotJson if anything else stands there, if it is cut off, or if it has two readings
     */
    static Members of(byte[] json, Range range) throws NotJson {
        JsonCursor cursor = new JsonCursor(json, range.start(), range.end());
        Map<String, Range> values = new HashMap<>();
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIsEscaped() || values.put(cursor.key(), cursor.value()) != null) {
                throw new NotJson("a name that is there once and without escapes", cursor.offset());
            }
        }
        cursor.finish();
        return new Members(json, values);
    }

    /** Tells whether there is such a member, and it is not null. */
    boolean has(String name) {
        Range value = values.get(name);
        return value != null && json[value.start()] != 'n';
    }

    /** Returns how a value is spelled; empty if there is none, or if it is longer than any number or short word. */
    String spelling(String name) {
        Range value = values.get(name);
        return value == null || value.length() > 64
                ? ""
                : new String(json, value.start(), value.length(), StandardCharsets.UTF_8);
    }

    /** Returns a short text without its quotes; empty if the value is anything else. */
    String text(String name) {
        String spelling = spelling(name);
        return spelling.startsWith("\"") ? spelling.substring(1, spelling.length() - 1) : "";
    }

    /** Tells whether a value is a text, array or object with anything in it. */
    boolean isFilled(String name) throws NotJson {
        Range value = values.get(name);
        if (value == null) {
            return false;
        }
        byte first = json[value.start()];
        if (first == '"') {
            return value.length() > 2;
        }
        JsonCursor cursor = new JsonCursor(json, value.start() + 1, value.end());
        return (first == '[' || first == '{') && cursor.peek() != ']' && cursor.peek() != '}';
    }

    /** Returns the members of an object in this one; null if there is none. */
    @Nullable
    Members object(String name) throws NotJson {
        Range value = values.get(name);
        return value == null || json[value.start()] != '{' ? null : of(json, value);
    }

    /**
     * Returns the objects of an array in this one; empty if there is none.
     *
     * @throws NotJson if anything but objects stands in the array
     */
    List<Members> objects(String name) throws NotJson {
        Range array = values.get(name);
        if (array == null || json[array.start()] != '[') {
            return List.of();
        }
        List<Members> objects = new ArrayList<>();
        JsonCursor cursor = new JsonCursor(json, array.start(), array.end());
        cursor.enter('[');
        while (cursor.nextElement()) {
            objects.add(of(json, cursor.value()));
        }
        return objects;
    }
}
