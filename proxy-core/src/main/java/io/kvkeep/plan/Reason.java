package io.kvkeep.plan;

import java.util.Locale;

/** Why bytes of a request are replaced. */
public enum Reason {
    /** A volatile section leaves its place in the system text. */
    MOVE_SECTION,
    /** A section is left out because the configuration says so. */
    LEAVE_OUT_SECTION,
    /** The note with the volatile sections comes into its carrier, or behind the stable system text. */
    CARRY_NOTE,
    /** The system text says what the note is. */
    DECLARE_NOTE,
    /** The engine tells the counts of a stream only if it is asked to. */
    ASK_FOR_USAGE;

    /** Returns the name as it is written in labels, such as {@code move-section}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
