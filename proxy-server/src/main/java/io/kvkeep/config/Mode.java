package io.kvkeep.config;

import java.util.Locale;
import java.util.Optional;

/** What kvkeep does with prompts. */
public enum Mode {
    /** Nothing: bytes pass unread. */
    OFF,
    /** Reads and counts; sends everything as it came. */
    OBSERVE,
    /** Rewrites. */
    REWRITE;

    /** Returns the name as it is written in the configuration. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Finds the mode with that {@link #id}. */
    public static Optional<Mode> of(String id) {
        for (Mode mode : values()) {
            if (mode.id().equals(id)) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }
}
