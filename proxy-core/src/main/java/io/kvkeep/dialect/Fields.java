package io.kvkeep.dialect;

import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Recall;
import java.util.Optional;

/** What all dialects ask of the fields of a body; a body that may mean two things is not read. */
final class Fields {
    private Fields() {}

    /** Moves over a field that does not matter, if its name shows that. */
    static void skip(JsonCursor cursor) throws NotJson, PromptNotUnderstood {
        if (cursor.keyIsEscaped()) {
            throw new PromptNotUnderstood(Why.AMBIGUOUS, "a field name with an escape at byte " + cursor.offset());
        }
        cursor.value();
    }

    /** Checks that a field is there for the first time: readers differ in which one counts. */
    static void once(boolean first, String field) throws PromptNotUnderstood {
        if (!first) {
            throw new PromptNotUnderstood(Why.AMBIGUOUS, "field " + field + " is there twice");
        }
    }

    /** Moves over the value of {@code tools}; the same ones come with nearly every request. */
    static Range tools(JsonCursor cursor, Recall recall) throws NotJson {
        Optional<Range> known = cursor.peek() == '[' ? recall.tools(cursor) : Optional.empty();
        return known.isPresent() ? known.get() : cursor.value();
    }

    /** Reads the value of {@code stream}. */
    static boolean streams(JsonCursor cursor) throws NotJson, PromptNotUnderstood {
        byte first = cursor.peek();
        if (first != 't' && first != 'f') {
            throw new PromptNotUnderstood(Why.OTHER_SHAPE, "stream is neither true nor false");
        }
        return cursor.bool();
    }
}
