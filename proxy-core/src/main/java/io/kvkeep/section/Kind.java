package io.kvkeep.section;

import java.util.Locale;
import java.util.Optional;

/** What a section is about. */
public enum Kind {
    /** Who the agent is and how it behaves. */
    IDENTITY,
    /** Skills that the agent can load. */
    SKILLS,
    /** Rules of the project or the user: AGENTS.md, CLAUDE.md and the like. */
    CONTEXT_FILE,
    /** Descriptions of tools inside the system text. */
    TOOLS,
    /** What the agent remembers of earlier sessions. */
    MEMORY,
    /** What was said before the history was compressed. */
    SUMMARY,
    /** State of the working directory: git branch, status, files, tool chain. */
    WORKSPACE,
    /** Date and time. */
    CLOCK,
    /** A value that differs for each request or session and means nothing to the model. */
    NONCE,
    /** Anything else. */
    OTHER;

    /**
     * Tells whether a reader sees by the text alone that it was so at one time: a date, or the state of the working
     * directory. Old memory would be taken for what holds.
     */
    public boolean isOfItsTime() {
        return this == CLOCK || this == WORKSPACE;
    }

    /** Returns the name as it is written in files and labels, such as {@code context-file}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Finds the kind with that {@link #id}. */
    public static Optional<Kind> of(String id) {
        for (Kind kind : values()) {
            if (kind.id().equals(id)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
