package io.kvkeep.dialect;

import io.kvkeep.answer.DialectAnswer;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.EmittedSoFar;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.NotJson;
import java.util.Optional;

/** An answer of OpenAI completions: a {@code text} in its choice, whole or in pieces. */
final class CompletionsAnswer implements DialectAnswer {
    private final EmittedSoFar said;
    private boolean begun;
    private boolean finished;

    CompletionsAnswer(int maxBytes) {
        this.said = new EmittedSoFar(maxBytes);
    }

    @Override
    public void take(byte[] json, int from, int to) throws NotJson {
        JsonCursor cursor = new JsonCursor(json, from, to);
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("choices") && cursor.peek() != 'n') {
                choices(cursor);
            } else if (cursor.keyIs("error") && cursor.peek() != 'n') {
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
            if (cursor.keyIs("text") && cursor.peek() != 'n') {
                said.text(cursor.string());
                begun = true;
            } else if (cursor.keyIs("finish_reason") && cursor.peek() != 'n') {
                nowFinished = ChatCompletionsAnswer.isFinish(cursor.string());
            } else if (cursor.keyIs("index") && cursor.peek() != 'n') {
                if (cursor.index() != 0) {
                    throw new NotJson("one choice", cursor.offset());
                }
            } else {
                DialectAnswer.skipField(cursor);
            }
        }
        if (finished && said.keptBytes() != keptBefore) {
            throw new NotJson("nothing more behind the finish", cursor.offset()); // else a cut could not be told
        }
        finished |= nowFinished && begun;
    }
}
