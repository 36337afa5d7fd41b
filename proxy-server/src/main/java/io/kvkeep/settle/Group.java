package io.kvkeep.settle;

import java.util.Locale;

/** How the conversations of a group are sent. */
public enum Group {
    /** As the plan says; a request without an edit too, and one that the engine refused and got again as it came. */
    REWRITTEN,
    /** As they come: all with {@code mode: observe}, a share of them with {@code holdout}. */
    AS_IT_CAME;

    /** Returns the name as it stands in labels. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
