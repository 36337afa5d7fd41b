package io.kvkeep.note;

/** When the note of a change goes out. */
public enum Deliver {
    /** With the next request, in the newest user message or the newest tool result. */
    NOW,
    /** With the next message of the user. */
    NEXT_USER
}
