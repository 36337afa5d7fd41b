package io.kvkeep.answer;

import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.NotJson;
import java.util.Optional;

/** An answer as one dialect writes it: put together from JSON texts, whatever framed them. */
public interface DialectAnswer {

    /**
     * Takes the next JSON text.
     *
     * @throws NotJson if it is none, or an error, or says what this dialect can't say; the answer is then of no use
     */
    void take(byte[] json, int from, int to) throws NotJson;

    /**
     * Returns what was said, if the texts so far say that it was all.
     *
     * @throws NotJson if a part of it is missing all the same
     */
    Optional<Emitted> emitted() throws NotJson;

    /** Tells whether the texts so far say that none follows; false where the dialect does not say that. */
    default boolean ended() {
        return false;
    }

    /**
     * Moves over a field that does not matter, if its name shows that.
     *
     * @throws NotJson if the name holds an escape, so that it may be one that matters
     */
    static void skipField(JsonCursor cursor) throws NotJson {
        if (cursor.keyIsEscaped()) {
            throw new NotJson("a field name without an escape", cursor.offset());
        }
        cursor.value();
    }
}
