package io.kvkeep.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The place of one string in a JSON text: the names of members from the root on.
 *
 * <p>The way goes on through a string that holds JSON itself: Claude Code 2.1 puts an object with the session id, as a
 * text, into {@code metadata.user_id}.
 *
 * @param names at least one, none of them empty, all ASCII
 */
public record MemberPath(List<String> names) {
    private static final int MAX_NAMES = 8;

    /** Checks the names. */
    public MemberPath {
        names = List.copyOf(names);
        if (names.isEmpty()
                || names.size() > MAX_NAMES
                || names.stream()
                        .anyMatch(name -> name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 127))) {
            throw new IllegalArgumentException("a path is 1 to " + MAX_NAMES + " names joined by dots, such as"
                    + " metadata.user_id; names are ASCII without blanks");
        }
    }

    /** Reads a path from its names joined by dots. */
    public static MemberPath of(String dotted) {
        return new MemberPath(List.of(dotted.split("\\.", -1)));
    }

    /** Returns the string at this place; empty if there is none, or if the text is not JSON up to there. */
    public Optional<String> text(byte[] json) {
        try {
            return text(json, 0, json.length, 0);
        } catch (NotJson e) {
            return Optional.empty();
        }
    }

    private Optional<String> text(byte[] json, int start, int end, int depth) throws NotJson {
        JsonCursor cursor = new JsonCursor(json, start, end);
        int level = depth;
        while (level < names.size()) {
            if (cursor.peek() != '{' || !enterMember(cursor, names.get(level))) {
                return Optional.empty();
            }
            level++;
            if (cursor.peek() == '"') {
                String text = cursor.string().text();
                if (level == names.size()) {
                    return Optional.of(text);
                }
                byte[] inner = text.getBytes(StandardCharsets.UTF_8);
                return text(inner, 0, inner.length, level);
            }
        }
        return Optional.empty();
    }

    /** Moves to the value of the first member with that name. */
    private static boolean enterMember(JsonCursor cursor, String name) throws NotJson {
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs(name)) {
                return true;
            }
            cursor.value();
        }
        return false;
    }

    /** Returns the names joined by dots. */
    @Override
    public String toString() {
        return String.join(".", names);
    }
}
