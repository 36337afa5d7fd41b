package io.kvkeep.learn;

import java.util.Locale;

/** What kind of value a changing line or block holds. */
public enum Variation {
    /** A date, a time or a stamp. */
    CLOCK,
    /** A number: the line is equal but for its digits. */
    COUNTER,
    /** A token without meaning of its own: hex, UUID, base32. */
    ID,
    /** Anything else. */
    OTHER;

    /** Returns the name as it is written in rules and labels, such as {@code clock}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
