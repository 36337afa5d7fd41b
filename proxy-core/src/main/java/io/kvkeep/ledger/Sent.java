package io.kvkeep.ledger;

import io.kvkeep.answer.Emitted;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How one message was sent, where that differs from how the agent sends it.
 *
 * @param message its index in the conversation; system text not counted
 * @param note the bytes of the note it carries, as they stand inside a JSON string, separators included; empty for none.
 *     Shared, not to be changed
 * @param values what the note delivers: the values of sections by their names; empty for a section that is gone
 * @param emitted the model's own words, which the agent sends back in another form
 */
@SuppressWarnings("ArrayRecordComponent") // written once, replayed as it is
public record Sent(int message, byte[] note, Map<String, Optional<String>> values, Optional<Emitted> emitted) {
    private static final byte[] NO_NOTE = {};

    /** Keeps the order of the sections. */
    public Sent {
        values = new LinkedHashMap<>(values);
    }

    /** A message that carries a note. */
    public static Sent note(int message, byte[] note, Map<String, Optional<String>> values) {
        return new Sent(message, note, values, Optional.empty());
    }

    /** An answer that the agent sends back in another form. */
    public static Sent answer(int message, Emitted emitted) {
        return new Sent(message, NO_NOTE, Map.of(), Optional.of(emitted));
    }

    /** Tells whether it carries a note. */
    public boolean hasNote() {
        return note.length > 0;
    }
}
