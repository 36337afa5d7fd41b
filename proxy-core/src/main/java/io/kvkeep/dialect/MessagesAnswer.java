package io.kvkeep.dialect;

import io.kvkeep.answer.DialectAnswer;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.EmittedSoFar;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An answer of Anthropic messages: one object with the blocks of its {@code content}, or events that begin blocks and
 * add to them.
 *
 * <p>Longer than most: it is the whole grammar of an answer in this dialect, one short method for each level.
 */
final class MessagesAnswer implements DialectAnswer {
    /** Events that say nothing that a client sends back. */
    private static final Set<String> SILENT_EVENTS = Set.of("content_block_stop", "ping");

    private final boolean streamed;
    private final EmittedSoFar said;
    /** Calls that began with an empty object and of which nothing came yet; where nothing comes, that is what they say. */
    private final Set<Integer> awaited = new TreeSet<>();
    /** Calls that began with all of their arguments. */
    private final Set<Integer> told = new TreeSet<>();

    private boolean begun;
    private boolean finished;
    private boolean ended;

    /**
     * @param streamed whether it comes as events
     */
    MessagesAnswer(boolean streamed, int maxBytes) {
        this.streamed = streamed;
        this.said = new EmittedSoFar(maxBytes);
    }

    @Override
    public void take(byte[] json, int from, int to) throws NotJson {
        if (ended) {
            throw new NotJson("nothing behind the end of the answer", from);
        }
        JsonCursor cursor = new JsonCursor(json, from, to);
        if (streamed) {
            event(json, cursor);
        } else {
            message(json, cursor);
            ended = finished;
        }
        cursor.finish();
    }

    @Override
    public Optional<Emitted> emitted() throws NotJson {
        if (!ended || !finished) {
            return Optional.empty();
        }
        for (int call : awaited) {
            said.call(call).arguments("{}");
        }
        awaited.clear();
        return Optional.of(said.emitted());
    }

    @Override
    public boolean ended() {
        return ended;
    }

    // ---- one object

    private void message(byte[] json, JsonCursor cursor) throws NotJson {
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("type")) {
                if (!cursor.string().is("message")) {
                    throw new NotJson("no error", cursor.offset());
                }
            } else if (cursor.keyIs("error") && !isNull(cursor)) {
                throw new NotJson("no error", cursor.offset()); // engines differ in the form of their errors
            } else if (cursor.keyIs("content")) {
                begun = true;
                int index = 0;
                cursor.enter('[');
                while (cursor.nextElement()) {
                    block(json, cursor.value(), index++);
                }
            } else if (cursor.keyIs("stop_reason") && !isNull(cursor)) {
                finished = !cursor.string().text().isEmpty();
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
        finished &= begun;
    }

    // ---- events

    private void event(byte[] json, JsonCursor cursor) throws NotJson {
        JsonString type = null;
        Range part = null;
        int index = -1;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("type")) {
                type = cursor.string();
            } else if (cursor.keyIs("index") && !isNull(cursor)) {
                index = cursor.index();
            } else if (cursor.keyIs("message") || cursor.keyIs("content_block") || cursor.keyIs("delta")) {
                part = cursor.value();
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
        if (type == null) {
            throw new NotJson("the type of an event", cursor.offset());
        }
        event(json, type, part, index);
    }

    private void event(byte[] json, JsonString type, @Nullable Range part, int index) throws NotJson {
        if (type.is("message_stop")) {
            ended = true;
        } else if (type.is("message_start")) {
            begun = true; // its content is empty: each block begins with an event of its own
        } else if (part != null && type.is("message_delta")) {
            stop(new JsonCursor(json, part.start(), part.end()));
        } else if (part != null && index >= 0 && !finished && type.is("content_block_start")) {
            block(json, part, index);
        } else if (part != null && index >= 0 && !finished && type.is("content_block_delta")) {
            delta(new JsonCursor(json, part.start(), part.end()), index);
        } else if (!SILENT_EVENTS.contains(type.text())) {
            throw new NotJson("an event that is known, in its place", type.start());
        }
    }

    private void stop(JsonCursor cursor) throws NotJson {
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("stop_reason") && !isNull(cursor)) {
                finished = begun && !cursor.string().text().isEmpty();
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
    }

    private void delta(JsonCursor cursor, int index) throws NotJson {
        JsonString type = null;
        JsonString more = null;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("type")) {
                type = cursor.string();
            } else if (cursor.keyIs("text") || cursor.keyIs("thinking") || cursor.keyIs("partial_json")) {
                more = cursor.string();
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
        if (type != null && type.is("signature_delta")) {
            return;
        }
        if (type == null || more == null) {
            throw new NotJson("a delta that says something", cursor.offset());
        }
        if (type.is("text_delta")) {
            said.text(more);
        } else if (type.is("thinking_delta")) {
            said.reasoning(more);
        } else if (type.is("input_json_delta")) {
            arguments(index, more);
        } else {
            throw new NotJson("a delta that is known", type.start());
        }
    }

    private void arguments(int index, JsonString more) throws NotJson {
        if (more.start() < more.end()) {
            if (told.contains(index)) {
                throw new NotJson("nothing behind the whole of the arguments", more.start());
            }
            awaited.remove(index);
            said.call(index).arguments(more);
        }
    }

    // ---- blocks, in both forms

    private void block(byte[] json, Range block, int index) throws NotJson {
        JsonString type = null;
        JsonString name = null;
        JsonString words = null;
        String input = "{}";
        JsonCursor cursor = new JsonCursor(json, block.start(), block.end());
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("type")) {
                type = cursor.string();
            } else if (cursor.keyIs("name") && !isNull(cursor)) {
                name = cursor.string();
            } else if ((cursor.keyIs("text") || cursor.keyIs("thinking")) && !isNull(cursor)) {
                words = cursor.string();
            } else if (cursor.keyIs("input") && !isNull(cursor)) {
                input = cursor.spelling();
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
        if (type == null) {
            throw new NotJson("the type of a block", block.start());
        }
        if (type.is("text")) {
            if (words != null) {
                said.text(words);
            }
        } else if (type.is("thinking")) {
            if (words != null) {
                said.reasoning(words);
            }
        } else if (type.is("tool_use") && name != null) {
            call(index, name, input);
        } else if (!type.is("redacted_thinking")) {
            throw new NotJson("a block that is known", type.start());
        }
    }

    private void call(int index, JsonString name, String input) throws NotJson {
        EmittedSoFar.CallSoFar call = said.call(index);
        call.name(name);
        if (input.startsWith("{") && input.substring(1, input.length() - 1).isBlank()) {
            awaited.add(index);
        } else {
            told.add(index);
            call.arguments(input);
        }
    }

    private static boolean isNull(JsonCursor cursor) {
        return cursor.peek() == 'n';
    }
}
