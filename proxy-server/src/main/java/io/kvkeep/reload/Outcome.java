package io.kvkeep.reload;

import java.util.Locale;

/** What came of reading the configuration. */
public enum Outcome {
    /** It was read at the start, and not since. */
    STARTED,
    /** It holds, as far as it can change at run time. */
    APPLIED,
    /** Something is wrong with it; the one before goes on. */
    REFUSED;

    /** Returns the name as it is shown. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
