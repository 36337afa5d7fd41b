package io.kvkeep.section;

/** Whether a section is expected to change while a conversation, or the next one with the same agent, goes on. */
public enum Stability {
    /** Stays; a change in it is a true change and is sent as it is. */
    STABLE,
    /** Changes by itself: memory, workspace state, clock. */
    VOLATILE
}
