package io.kvkeep.plan;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.note.NoteTag;
import java.util.function.UnaryOperator;

/**
 * A request as it came.
 *
 * @param dialect the wire protocol of its path
 * @param body shared, not to be changed
 * @param headers gives the value of a header by its lower-case name, or an empty text
 * @param tag the tag for notes of this tenant
 * @param tenant a hash of the credential; nothing crosses from one tenant to another
 * @param engine the name of the engine it goes to
 */
@SuppressWarnings("ArrayRecordComponent") // the body is large and passed from hand to hand
public record Incoming(
        Dialect dialect, byte[] body, UnaryOperator<String> headers, NoteTag tag, long tenant, String engine) {

    /** A request without headers of interest, of the only tenant, to the only engine. */
    public Incoming(Dialect dialect, byte[] body, String userAgent, NoteTag tag) {
        this(dialect, body, name -> name.equals("user-agent") ? userAgent : "", tag, 0, "");
    }

    /** Returns the User-Agent header, or an empty text. */
    String userAgent() {
        return headers.apply("user-agent");
    }
}
