package io.kvkeep.prompt;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.Range;
import java.util.List;

/**
 * One message of a conversation.
 *
 * @param role who speaks
 * @param range the whole message in the body, braces included
 * @param texts its texts in order: one for a plain string, one for each text part of an array, none for a call
 *     without words or for images alone
 */
public record Message(Role role, Range range, List<JsonString> texts) {
    /** Copies the list. */
    public Message {
        texts = List.copyOf(texts);
    }
}
