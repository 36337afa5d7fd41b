package io.kvkeep.plan;

import io.kvkeep.section.Kind;
import java.util.Set;

/**
 * What the operator wants done with prompts.
 *
 * @param placement where volatile sections go
 * @param leftOut kinds of sections that are not sent at all
 */
public record Policy(Placement placement, Set<Kind> leftOut) {
    /** Volatile sections go into the first user message, nothing is left out. */
    public static final Policy DEFAULT = new Policy(Placement.FIRST_USER, Set.of());

    /** Copies the set. */
    public Policy {
        leftOut = Set.copyOf(leftOut);
    }
}
