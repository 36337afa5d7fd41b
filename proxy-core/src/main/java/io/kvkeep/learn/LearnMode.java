package io.kvkeep.learn;

import java.util.Locale;

/** What is done about places of system texts that change although no profile names them. */
public enum LearnMode {
    /** Nothing: only what profiles name is volatile. */
    OFF,
    /** Clocks and counters count as volatile; other places are offered as rules. */
    AUTO,
    /** Other places count as volatile too, once they have changed three times and their end can be told. */
    APPLY;

    /** Returns the name as it is written in the configuration. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
