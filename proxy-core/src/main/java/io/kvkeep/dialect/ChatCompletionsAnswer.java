package io.kvkeep.dialect;

import io.kvkeep.answer.DialectAnswer;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.EmittedSoFar;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import java.util.Optional;
import java.util.Set;

/**
 * An answer of OpenAI chat completions: one object with a {@code message} in its choice, or many with a {@code delta}.
 *
 * <p>Longer than most: it is the whole grammar of an answer in this dialect, one short method for each level.
 */
final class ChatCompletionsAnswer implements DialectAnswer {
    /** The finish reasons that say that the engine broke off: vLLM 0.33 has both, SGLang 0.5 the first. */
    private static final Set<String> BROKEN_OFF = Set.of("abort", "error");

    private final boolean streamed;
    private final String part;
    private final EmittedSoFar said;
    private boolean begun;
    private boolean finished;

    /**
     * @param streamed whether the choices hold a {@code delta} rather than a {@code message}
     */
    ChatCompletionsAnswer(boolean streamed, int maxBytes) {
        this.streamed = streamed;
        this.part = streamed ? "delta" : "message";
        this.said = new EmittedSoFar(maxBytes);
    }

    @Override
    public void take(byte[] json, int from, int to) throws NotJson {
        JsonCursor cursor = new JsonCursor(json, from, to);
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("choices") && !isNull(cursor)) {
                choices(cursor);
            } else if (cursor.keyIs("error") && !isNull(cursor)) {
                throw new NotJson("no error", cursor.offset());
            } else if (cursor.keyIs("object") && cursor.peek() == '"') {
                if (cursor.string().is("error")) { // SGLang 0.5: the fields of the error stand beside it
                    throw new NotJson("no error", cursor.offset());
                }
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
        cursor.finish();
    }

    @Override
    public Optional<Emitted> emitted() throws NotJson {
        return finished ? Optional.of(said.emitted()) : Optional.empty();
    }

    private void choices(JsonCursor cursor) throws NotJson {
        cursor.enter('[');
        if (!cursor.nextElement()) {
            return; // the chunk with the usage
        }
        choice(cursor);
        if (cursor.nextElement()) {
            throw new NotJson("one choice", cursor.offset());
        }
    }

    private void choice(JsonCursor cursor) throws NotJson {
        int keptBefore = said.keptBytes();
        boolean nowFinished = false;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs(part) && !isNull(cursor)) {
                message(cursor);
            } else if (cursor.keyIs("finish_reason") && !isNull(cursor)) {
                nowFinished = isFinish(cursor.string());
            } else if (cursor.keyIs("index") && !isNull(cursor)) {
                if (cursor.index() != 0) {
                    throw new NotJson("one choice", cursor.offset());
                }
            } else if ((cursor.keyIs("delta") || cursor.keyIs("message")) && !isNull(cursor)) {
                throw new NotJson(part, cursor.offset());
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
        if (finished && said.keptBytes() != keptBefore) {
            throw new NotJson("nothing more behind the finish", cursor.offset()); // else a cut could not be told
        }
        finished |= nowFinished && begun;
    }

    private static boolean isFinish(JsonString reason) throws NotJson {
        String text = reason.text();
        if (BROKEN_OFF.contains(text)) {
            throw new NotJson("a whole answer", reason.start());
        }
        return !text.isEmpty();
    }

    /** Reads a message or a part of one; both have the same fields. */
    private void message(JsonCursor cursor) throws NotJson {
        begun = true;
        JsonString reasoning = null;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (isNull(cursor)) {
                DialectAnswer.skipField(cursor);
            } else if (cursor.keyIs("content")) {
                content(cursor);
            } else if (cursor.keyIs("reasoning_content") || cursor.keyIs("reasoning")) {
                // llama.cpp and SGLang use the first, Ollama the second, vLLM either; where both are, they say the
                // same.
                JsonString given = cursor.string();
                reasoning = reasoning == null || given.start() < given.end() ? given : reasoning;
            } else if (cursor.keyIs("tool_calls")) {
                toolCalls(cursor);
            } else if (cursor.keyIs("function_call")) {
                throw new NotJson("no call in the form that tool_calls replaced", cursor.offset());
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
        if (reasoning != null) {
            said.reasoning(reasoning);
        }
    }

    private void content(JsonCursor cursor) throws NotJson {
        if (cursor.peek() == '"') {
            said.text(cursor.string());
            return;
        }
        cursor.enter('[');
        while (cursor.nextElement()) {
            contentPart(cursor);
        }
    }

    private void contentPart(JsonCursor cursor) throws NotJson {
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("text")) {
                said.text(cursor.string());
            } else if (cursor.keyIs("type") && !cursor.string().is("text")) {
                throw new NotJson("a part that is text", cursor.offset());
            } else if (!cursor.keyIs("type")) {
                DialectAnswer.skipField(cursor);
            }
        }
    }

    private void toolCalls(JsonCursor cursor) throws NotJson {
        int position = 0;
        cursor.enter('[');
        while (cursor.nextElement()) {
            toolCall(cursor, position++);
        }
    }

    private void toolCall(JsonCursor cursor, int position) throws NotJson {
        int index = position;
        FunctionPiece function = null;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("index") && streamed && !isNull(cursor)) {
                index = cursor.index();
            } else if (cursor.keyIs("function") && !isNull(cursor)) {
                function = FunctionPiece.read(cursor);
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
        if (function != null) {
            function.addTo(said.call(index));
        }
    }

    private static boolean isNull(JsonCursor cursor) {
        return cursor.peek() == 'n';
    }
}
