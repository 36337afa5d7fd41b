package io.kvkeep.answer;

import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import java.util.Optional;
import java.util.Set;

/** An answer whose JSON texts hold {@code choices}, as those of OpenAI's older dialects do: one choice, whole or in pieces. */
public final class Choices implements DialectAnswer {
    /** The finish reasons that say that the engine broke off: vLLM 0.33 has both, SGLang 0.5 the first. */
    private static final Set<String> BROKEN_OFF = Set.of("abort", "error");

    private final EmittedSoFar said;
    private final Words words;
    private boolean begun;
    private boolean finished;

    /**
     * @param said takes what was said
     * @param words reads what the dialect has in a choice
     */
    public Choices(EmittedSoFar said, Words words) {
        this.said = said;
        this.words = words;
    }

    /** What one dialect has in a choice. */
    @FunctionalInterface
    public interface Words {
        /**
         * Reads the member that the cursor stands at, if it holds what the model says.
         *
         * @return whether it does; else the cursor has not moved
         * @throws NotJson if it holds what this dialect can't say
         */
        boolean read(JsonCursor cursor) throws NotJson;
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
            if (words.read(cursor)) {
                begun = true;
            } else if (cursor.keyIs("finish_reason") && !isNull(cursor)) {
                nowFinished = isFinish(cursor.string());
            } else if (cursor.keyIs("index") && !isNull(cursor)) {
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

    /** Tells whether a finish reason ends an answer; throws if it says that the engine broke off. */
    private static boolean isFinish(JsonString reason) throws NotJson {
        String text = reason.text();
        if (BROKEN_OFF.contains(text)) {
            throw new NotJson("a whole answer", reason.start());
        }
        return !text.isEmpty();
    }

    private static boolean isNull(JsonCursor cursor) {
        return cursor.peek() == 'n';
    }
}
