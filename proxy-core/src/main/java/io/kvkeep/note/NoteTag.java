package io.kvkeep.note;

import io.kvkeep.json.JsonString;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * The tag around everything that kvkeep adds to a prompt.
 *
 * <p>The tag's name ends with an id that only the deployment knows, so that text in a tool result or on a web page can
 * neither open nor close such a block. Everything here is ASCII and constant for one id: equal requests get equal
 * bytes. Each digit can be a token of its own, twice in each note, so an id is only as long as keeps it from being guessed.
 */
public final class NoteTag {
    private static final byte[] OWN_DECLARATION =
            JsonString.escape("(Such blocks belong to the instructions at the start; the last on a part holds.)\n");

    private final String name;
    private final byte[] start;
    private final byte[] end;
    private final byte[] closing;
    private final byte[] declaration;

    /**
     * Makes the tag of an id.
     *
     * @param id 6 to 32 lower-case hex digits: it becomes part of the tag's name
     */
    public NoteTag(String id) {
        boolean hex = id.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        if (!hex || id.length() < 6 || id.length() > 32) {
            throw new IllegalArgumentException("a note id has 6 to 32 lower-case hex digits, not " + id);
        }
        name = "note-" + id;
        start = JsonString.escape("<" + name + ">");
        end = JsonString.escape("</" + name + ">");
        closing = JsonString.escape("\n</" + name + ">");
        declaration = JsonString.escape(
                "\n\n<" + name + ">Such blocks belong here; the last on a part holds.</" + name + ">");
    }

    /** Returns the tag's name. */
    public String name() {
        return name;
    }

    /** Returns a text in the tag without names, ready to stand inside a JSON string. */
    byte[] around(byte[] text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(start.length + text.length + end.length);
        out.writeBytes(start);
        out.writeBytes(text);
        out.writeBytes(end);
        return out.toByteArray();
    }

    /** Returns what stands before the sections, ready to stand inside a JSON string. */
    public byte[] opening(List<String> sections) {
        return JsonString.escape("<" + name + " " + String.join(",", sections) + ">\n");
    }

    /** Returns what stands behind the sections, ready to stand inside a JSON string; shared, not to be changed. */
    public byte[] closing() {
        return closing;
    }

    /** Returns the sentence that tells the model what the notes are, in the same form; shared, not to be changed. */
    public byte[] declaration() {
        return declaration;
    }

    /** Returns the line that keeps a lane apart from others of the same agent, in the same form. */
    public static byte[] mark(int number) {
        return JsonString.escape("<lane id=\"" + number + "\"></lane>\n");
    }

    /** Returns what a note says of itself where the system text does not; shared, not to be changed. */
    byte[] ownDeclaration() {
        return OWN_DECLARATION;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteTag tag && tag.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
