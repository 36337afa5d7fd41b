package io.kvkeep.prompt;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.Range;
import java.util.List;

/**
 * One message of a conversation.
 *
 * @param role who speaks
 * @param roleRange where the role's name stands, without its quotes; empty if there is none
 * @param range the whole message in the body, braces included
 * @param texts its texts in order: one for a plain string, one for each text part of an array, none for a call
 *     without words or for images alone
 * @param media the parts of an array that are no texts, such as images, each as a whole
 * @param partsStart offset behind the opening bracket of an array of parts; -1 if the content is no array
 * @param calls the tools that the model calls
 * @param reasoned whether it carries the model's reasoning in a field of its own
 */
public record Message(
        Role role,
        Range roleRange,
        Range range,
        List<JsonString> texts,
        List<Range> media,
        int partsStart,
        List<Call> calls,
        boolean reasoned) {
    /** Copies the lists. */
    public Message {
        texts = List.copyOf(texts);
        media = List.copyOf(media);
        calls = List.copyOf(calls);
    }

    /** Tells whether text can be put into it: it is a string, or an array of parts. */
    public boolean takesText() {
        return !texts.isEmpty() || partsStart >= 0;
    }

    /**
     * One call of a tool.
     *
     * @param name the tool's name
     * @param arguments the value as it stands in the body: a string with its quotes, or an object
     */
    public record Call(JsonString name, Range arguments) {}
}
