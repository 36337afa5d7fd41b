package io.kvkeep.dialect;

import io.kvkeep.answer.DialectAnswer;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.EmittedSoFar;
import io.kvkeep.answer.FunctionPiece;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer of OpenAI responses: one response object, or events of which some hold a finished item and the last one the
 * whole response.
 *
 * <p>Only finished items are read, no deltas: these say the same in pieces. If an engine sends no finished items before
 * its last event, those in that event count.
 */
final class ResponsesAnswer implements DialectAnswer {
    private final boolean streamed;
    private final EmittedSoFar said;
    private int items;
    private int calls;
    private boolean finished;

    /**
     * @param streamed whether it comes as events
     */
    ResponsesAnswer(boolean streamed, int maxBytes) {
        this.streamed = streamed;
        this.said = new EmittedSoFar(maxBytes);
    }

    @Override
    public void take(byte[] json, int from, int to) throws NotJson {
        JsonCursor cursor = new JsonCursor(json, from, to);
        if (streamed) {
            event(json, cursor);
        } else {
            response(json, cursor);
        }
        cursor.finish();
    }

    /** Returns nothing for an answer without items: an agent sends nothing back for it. */
    @Override
    public Optional<Emitted> emitted() throws NotJson {
        return finished && items > 0 ? Optional.of(said.emitted()) : Optional.empty();
    }

    /** The last event says so itself; llama.cpp and vLLM 0.32 send no other mark behind it. */
    @Override
    public boolean ended() {
        return streamed && finished;
    }

    private void event(byte[] json, JsonCursor cursor) throws NotJson {
        JsonString type = null;
        Range item = null;
        Range response = null;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("type")) {
                type = cursor.string();
            } else if (cursor.keyIs("item")) {
                item = cursor.value();
            } else if (cursor.keyIs("response")) {
                response = cursor.value();
            } else {
                errorOrSkip(cursor);
            }
        }
        if (type == null || type.is("error") || type.is("response.failed")) {
            throw new NotJson("an event of an answer", cursor.offset());
        }
        if (type.is("response.output_item.done") && item != null) {
            if (finished) {
                throw new NotJson("nothing more behind the finish", cursor.offset()); // else a cut could not be told
            }
            item(json, new JsonCursor(json, item.start(), item.end()));
        } else if ((type.is("response.completed") || type.is("response.incomplete")) && response != null) {
            response(json, new JsonCursor(json, response.start(), response.end()));
        }
    }

    private void response(byte[] json, JsonCursor cursor) throws NotJson {
        int before = items;
        int there = 0;
        boolean whole = streamed; // the type of the event says so
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("status") && cursor.peek() != 'n') {
                JsonString status = cursor.string();
                whole = status.is("completed")
                        || status.is("incomplete"); // incomplete: the bound of tokens was reached
                if (!whole) {
                    throw new NotJson("a whole answer", status.start());
                }
            } else if (cursor.keyIs("output") && cursor.peek() != 'n') {
                there += output(json, cursor, before > 0);
            } else {
                errorOrSkip(cursor);
            }
        }
        if (finished || (before > 0 && there > 0 && there != before)) {
            throw new NotJson("one answer", cursor.offset());
        }
        finished = whole;
    }

    /** Reads the items, or only counts them; returns how many there are. */
    private int output(byte[] json, JsonCursor cursor, boolean known) throws NotJson {
        int count = 0;
        cursor.enter('[');
        while (cursor.nextElement()) {
            if (known) {
                cursor.value();
            } else {
                item(json, cursor);
            }
            count++;
        }
        return count;
    }

    private static void errorOrSkip(JsonCursor cursor) throws NotJson {
        boolean error = cursor.keyIs("error") && cursor.peek() != 'n';
        boolean named = cursor.keyIs("object") && cursor.peek() == '"';
        if (error || (named && cursor.string().is("error"))) { // SGLang 0.5 names an error so
            throw new NotJson("no error", cursor.offset());
        }
        if (!named) {
            DialectAnswer.skipField(cursor);
        }
    }

    private void item(byte[] json, JsonCursor cursor) throws NotJson {
        int start = cursor.offset();
        JsonString type = null;
        Range content = null;
        Range summary = null;
        JsonString input = null;
        JsonString name = null;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("type")) {
                type = cursor.string();
            } else if (cursor.keyIs("content")) {
                content = cursor.value();
            } else if (cursor.keyIs("summary")) {
                summary = cursor.value();
            } else if (cursor.keyIs("name") && cursor.peek() == '"') {
                name = cursor.string();
            } else if (cursor.keyIs("input") && cursor.peek() == '"') {
                input = cursor.string();
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
        items++;
        if (type != null && type.is("message") && content != null) {
            parts(json, content, "output_text", false);
        } else if (type != null && type.is("reasoning")) {
            // vLLM 0.32 gives the content; where an engine gives a summary alone, that is all there is.
            if (parts(json, content, "reasoning_text", true) == 0) {
                parts(json, summary, "summary_text", true);
            }
        } else if (type != null && type.is("function_call")) {
            FunctionPiece.read(new JsonCursor(json, start, cursor.offset())).addTo(said.call(calls++));
        } else if (type != null && type.is("custom_tool_call") && input != null) {
            new FunctionPiece(name, input, null).addTo(said.call(calls++));
        } else {
            throw new NotJson("words, reasoning or a call", start); // what an engine's own tools did
        }
    }

    /** Reads the texts of an array; returns how many bytes they have. */
    private int parts(byte[] json, @Nullable Range array, String type, boolean reasoning) throws NotJson {
        if (array == null || json[array.start()] == 'n') {
            return 0;
        }
        int before = said.keptBytes();
        JsonCursor cursor = new JsonCursor(json, array.start(), array.end());
        cursor.enter('[');
        while (cursor.nextElement()) {
            JsonString text = part(cursor, type);
            if (reasoning) {
                said.reasoning(text);
            } else {
                said.text(text);
            }
        }
        return said.keptBytes() - before;
    }

    private static JsonString part(JsonCursor cursor, String type) throws NotJson {
        JsonString text = null;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("text")) {
                text = cursor.string();
            } else if (cursor.keyIs("type") && !cursor.string().is(type)) {
                throw new NotJson("a part that is " + type, cursor.offset());
            } else if (!cursor.keyIs("type")) {
                DialectAnswer.skipField(cursor);
            }
        }
        if (text == null) {
            throw new NotJson("a text", cursor.offset());
        }
        return text;
    }
}
