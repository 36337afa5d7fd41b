package io.kvkeep.dialect;

import io.kvkeep.answer.DialectAnswer;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.EmittedSoFar;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.NotJson;
import java.util.Optional;

/**
 * An answer of Ollama chat or generate: one object or one per line, with the words in {@code message} or in {@code
 * response}, and {@code done} in the last.
 */
final class OllamaAnswer implements DialectAnswer {
    private final EmittedSoFar said;
    private int calls;
    private boolean done;

    OllamaAnswer(int maxBytes) {
        this.said = new EmittedSoFar(maxBytes);
    }

    @Override
    public void take(byte[] json, int from, int to) throws NotJson {
        JsonCursor cursor = new JsonCursor(json, from, to);
        if (done) {
            throw new NotJson("nothing more behind the end", from);
        }
        boolean ends = false;
        boolean loads = false;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("message") && cursor.peek() == '{') {
                message(cursor);
            } else if (cursor.keyIs("error") && cursor.peek() != 'n') {
                throw new NotJson("no error", cursor.offset());
            } else if (cursor.keyIs("done") && cursor.peek() != 'n') {
                ends = cursor.bool();
            } else if (cursor.keyIs("done_reason") && cursor.peek() == '"') {
                String reason = cursor.string().text();
                loads = reason.equals("load") || reason.equals("unload");
            } else if (!words(cursor, "response")) {
                DialectAnswer.skipField(cursor);
            }
        }
        cursor.finish();
        if (ends && loads) {
            throw new NotJson("words", from); // the model was loaded or unloaded, and said nothing
        }
        done = ends;
    }

    @Override
    public Optional<Emitted> emitted() throws NotJson {
        return done ? Optional.of(said.emitted()) : Optional.empty();
    }

    @Override
    public boolean ended() {
        return done;
    }

    private void message(JsonCursor cursor) throws NotJson {
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("tool_calls") && cursor.peek() == '[') {
                cursor.enter('[');
                while (cursor.nextElement()) {
                    call(cursor);
                }
            } else if (!words(cursor, "content")) {
                DialectAnswer.skipField(cursor);
            }
        }
    }

    private boolean words(JsonCursor cursor, String name) throws NotJson {
        if (cursor.peek() != '"') {
            return false;
        }
        if (cursor.keyIs(name)) {
            said.text(cursor.string());
            return true;
        }
        if (cursor.keyIs("thinking")) {
            said.reasoning(cursor.string());
            return true;
        }
        return false;
    }

    /** Calls come whole, each once; the index that Ollama 0.34 gives them counts in the answer, not in the line. */
    private void call(JsonCursor cursor) throws NotJson {
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("function") && cursor.peek() == '{') {
                FunctionPiece.read(cursor).addTo(said.call(calls++));
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
    }
}
