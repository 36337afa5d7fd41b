package io.kvkeep.dialect;

import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One part of a content that is an array: a text, or something else such as an image.
 *
 * @param text none if it is something else
 * @param meaning the part without a {@code cache_control} at its end, where clients put it and take it away again
 */
record ContentPart(@Nullable JsonString text, Range meaning) {
    /**
     * Reads the part at the cursor.
     *
     * @param isText tells the types of texts; a part without a type is one
     */
    static ContentPart read(JsonCursor cursor, Predicate<JsonString> isText) throws NotJson, PromptNotUnderstood {
        int start = cursor.offset();
        if (cursor.peek() != '{') {
            return new ContentPart(null, cursor.value());
        }
        int meaningEnd = start + 1;
        JsonString text = null;
        boolean words = true;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("text") && cursor.peek() == '"') {
                Fields.once(text == null, "text");
                text = cursor.string();
            } else if (cursor.keyIs("type") && cursor.peek() == '"') {
                words = isText.test(cursor.string());
            } else if (cursor.keyIs("cache_control")) {
                cursor.value();
                continue;
            } else {
                Fields.skip(cursor);
            }
            meaningEnd = cursor.offset();
        }
        return new ContentPart(words ? text : null, new Range(start, meaningEnd));
    }
}
