package io.kvkeep.plan;

import java.util.Locale;
import java.util.Optional;

/** Where volatile sections go. */
public enum Placement {
    /**
     * Into a note at the head of the first user message: behind the tools, which most chat templates print behind the
     * system text.
     */
    FIRST_USER,
    /** To the end of the system text: as good where a template prints the tools first. */
    END_OF_SYSTEM,
    /** Nowhere; they stay where the agent put them. */
    OFF;

    /** Returns the name as it is written in the configuration, such as {@code first-user}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Finds the placement with that {@link #id}. {@code auto} is {@link #FIRST_USER}: with the ledger nothing else leaves
     * as much of the prompt alone, wherever a chat template prints the tools.
     */
    public static Optional<Placement> of(String id) {
        if (id.equals("auto")) {
            return Optional.of(FIRST_USER);
        }
        for (Placement placement : values()) {
            if (placement.id().equals(id)) {
                return Optional.of(placement);
            }
        }
        return Optional.empty();
    }
}
