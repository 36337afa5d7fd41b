package io.kvkeep.explain;

import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.lane.Digest;
import java.util.ArrayList;
import java.util.List;

/** Tools as parts of an outline. */
final class Tools {
    private static final int MAX_NAME_CHARS = 64;

    private Tools() {}

    /** Returns one part for each; what is no array of tools is one part. */
    static List<Part> parts(byte[] body, Range range) {
        List<Part> parts = new ArrayList<>();
        JsonCursor cursor = new JsonCursor(body, range.start(), range.end());
        try {
            cursor.enter('[');
            while (cursor.nextElement()) {
                cursor.peek();
                int start = cursor.offset();
                String name = cursor.peek() == '{' ? name(cursor) : "";
                Range tool =
                        name.isEmpty() && cursor.offset() == start ? cursor.value() : new Range(start, cursor.offset());
                parts.add(Part.tool(shown(name), Digest.of(body, tool).low(), tool.length()));
            }
            return parts;
        } catch (NotJson e) {
            return List.of(Part.tool("tools", Digest.of(body, range).low(), range.length()));
        }
    }

    /** Returns where the tools stand, in the order of their parts. */
    static List<Range> ranges(byte[] bytes, Range range) {
        List<Range> ranges = new ArrayList<>();
        JsonCursor cursor = new JsonCursor(bytes, range.start(), range.end());
        try {
            cursor.enter('[');
            while (cursor.nextElement()) {
                ranges.add(cursor.value());
            }
            return ranges;
        } catch (NotJson e) {
            return List.of(range);
        }
    }

    /** Moves over a tool and returns its name: a member of its own, or of the function in it; its type without one. */
    private static String name(JsonCursor cursor) throws NotJson {
        String name = "";
        String type = "";
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("name") && cursor.peek() == '"') {
                name = cursor.string().text();
            } else if (cursor.keyIs("function") && cursor.peek() == '{') {
                name = name(cursor);
            } else if (cursor.keyIs("type") && cursor.peek() == '"') {
                type = cursor.string().text();
            } else {
                cursor.value();
            }
        }
        return name.isEmpty() ? type : name;
    }

    /** A name is shown to the operator; a client can put any text in its place. */
    private static String shown(String name) {
        boolean plain = !name.isEmpty()
                && name.length() <= MAX_NAME_CHARS
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return plain ? name : "tool";
    }
}
