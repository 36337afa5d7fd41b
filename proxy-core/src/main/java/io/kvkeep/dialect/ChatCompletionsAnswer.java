package io.kvkeep.dialect;

import io.kvkeep.answer.Choices;
import io.kvkeep.answer.DialectAnswer;
import io.kvkeep.answer.EmittedSoFar;
import io.kvkeep.answer.FunctionPiece;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;

/** What stands in a choice of OpenAI chat completions: a {@code message}, or one {@code delta} after the other. */
final class ChatCompletionsAnswer implements Choices.Words {
    private final boolean streamed;
    private final String part;
    private final EmittedSoFar said;

    /**
     * @param streamed whether the choices hold a {@code delta} rather than a {@code message}
     */
    ChatCompletionsAnswer(boolean streamed, EmittedSoFar said) {
        this.streamed = streamed;
        this.part = streamed ? "delta" : "message";
        this.said = said;
    }

    @Override
    public boolean read(JsonCursor cursor) throws NotJson {
        boolean speaks = (cursor.keyIs("delta") || cursor.keyIs("message")) && !isNull(cursor);
        if (speaks && !cursor.keyIs(part)) {
            throw new NotJson(part, cursor.offset());
        }
        if (speaks) {
            message(cursor);
        }
        return speaks;
    }

    /** Reads a message or a part of one; both have the same fields. */
    private void message(JsonCursor cursor) throws NotJson {
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
