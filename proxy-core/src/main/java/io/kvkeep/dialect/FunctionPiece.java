package io.kvkeep.dialect;

import io.kvkeep.answer.DialectAnswer;
import io.kvkeep.answer.EmittedSoFar;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import org.jspecify.annotations.Nullable;

/**
 * The field {@code function} of a tool call, or a piece of it in a stream.
 *
 * @param name mostly in the first piece only
 * @param arguments JSON in a string, or a part of that
 * @param rawArguments arguments that are an object themselves, as they are spelled
 */
record FunctionPiece(
        @Nullable JsonString name,
        @Nullable JsonString arguments,
        @Nullable String rawArguments) {

    /** Reads the object that the cursor stands before. */
    static FunctionPiece read(JsonCursor cursor) throws NotJson {
        JsonString name = null;
        JsonString arguments = null;
        String rawArguments = null;
        cursor.enter('{');
        while (cursor.nextMember()) {
            byte first = cursor.peek();
            if (cursor.keyIs("name") && first == '"') {
                name = cursor.string();
            } else if (cursor.keyIs("arguments") && first == '"') {
                arguments = cursor.string();
            } else if (cursor.keyIs("arguments") && first == '{') {
                rawArguments = cursor.spelling();
            } else if (first == 'n' || !cursor.keyIs("arguments")) {
                DialectAnswer.skipField(cursor);
            } else {
                throw new NotJson("arguments as a string or an object", cursor.offset());
            }
        }
        return new FunctionPiece(name, arguments, rawArguments);
    }

    void addTo(EmittedSoFar.CallSoFar call) throws NotJson {
        if (name != null) {
            call.name(name);
        }
        if (arguments != null) {
            call.arguments(arguments);
        }
        if (rawArguments != null) {
            call.arguments(rawArguments);
        }
    }
}
