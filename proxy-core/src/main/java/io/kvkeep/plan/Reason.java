package io.kvkeep.plan;

import java.util.Locale;

/** Why bytes of a request are replaced. */
public enum Reason {
    /** A volatile section leaves its place in the system text. */
    MOVE_SECTION,
    /** A value is dropped that differs with each request or session and means nothing to the model. */
    DROP_NONCE,
    /** A section is left out because the configuration says so. */
    LEAVE_OUT_SECTION,
    /** The note with the volatile sections comes into its carrier, or behind the stable system text. */
    CARRY_NOTE,
    /** The system text says what the note is. */
    DECLARE_NOTE,
    /** A message carries the note with which it was sent before. */
    REPLAY_NOTE,
    /** An answer of the model goes back in the bytes in which the model said it. */
    RESTORE_ANSWER,
    /** Tools stand in the order in which they were first sent. */
    ORDER_TOOLS,
    /** The stable system text stays as first sent; a note tells what changed in it. */
    PIN_SYSTEM,
    /** A mark at the head of the system text keeps two lanes apart in the engine's cache. */
    MARK_LANE,
    /** The engine is told which slot holds the lane. */
    PIN_SLOT,
    /** A system message in mid-conversation speaks as the user, since the engine or its template would drop or move it. */
    KEEP_IN_PLACE,
    /** The template is told to keep earlier reasoning. */
    KEEP_REASONING,
    /** The engine tells the counts of a stream only if it is asked to. */
    ASK_FOR_USAGE;

    /** Returns the name as it is written in labels, such as {@code move-section}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
