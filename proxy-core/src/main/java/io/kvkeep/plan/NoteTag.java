package io.kvkeep.plan;

import io.kvkeep.json.JsonString;
import java.util.List;

/**
 * The tag around everything that kvkeep adds to a prompt.
 *
 * <p>The tag's name ends with an id that only the deployment knows, so that text in a tool result or on a web page can
 * neither open nor close such a block. Everything here is ASCII and constant for one id: equal requests get equal
 * bytes.
 *
 * @param id lower-case hex digits, at least eight
 */
public record NoteTag(String id) {
    /** Checks the id: it becomes part of a tag's name. */
    public NoteTag {
        if (!id.matches("[0-9a-f]{8,32}")) {
            throw new IllegalArgumentException("a note id has 8 to 32 lower-case hex digits, not " + id);
        }
    }

    /** Returns the tag's name. */
    String name() {
        return "note-" + id;
    }

    /** Returns what stands before the sections, ready to stand inside a JSON string. */
    byte[] opening(List<String> sections) {
        return JsonString.escape("<" + name() + " sections=\"" + String.join(",", sections) + "\">\n");
    }

    /** Returns what stands behind the sections, ready to stand inside a JSON string. */
    byte[] closing() {
        return JsonString.escape("\n</" + name() + ">");
    }

    /** Returns the sentence that tells the model what the notes are, ready to stand inside a JSON string. */
    byte[] declaration() {
        return JsonString.escape("\n\n<" + name() + ">Some parts of these instructions change over time. They stand in"
                + " the conversation, in blocks tagged like this one, and count as if they stood here. Of two blocks on"
                + " the same part the later one holds.</" + name() + ">");
    }
}
