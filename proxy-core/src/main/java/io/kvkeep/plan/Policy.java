package io.kvkeep.plan;

import io.kvkeep.note.Deliver;
import io.kvkeep.section.Kind;
import java.util.Set;

/**
 * What the operator wants done with prompts.
 *
 * @param placement where volatile sections go
 * @param leftOut kinds of sections that are not sent at all
 * @param deliver which messages may carry the note of a change
 * @param stableChanges how a change in the stable text goes out
 */
public record Policy(Placement placement, Set<Kind> leftOut, Deliver deliver, StableChanges stableChanges) {
    /** Volatile sections go into notes, nothing is left out. */
    public static final Policy DEFAULT = new Policy(Placement.FIRST_USER, Set.of());

    /** Copies the set. */
    public Policy {
        leftOut = Set.copyOf(leftOut);
    }

    /** A policy that delivers at once and sends changed stable text as it is. */
    public Policy(Placement placement, Set<Kind> leftOut) {
        this(placement, leftOut, Deliver.NOW, StableChanges.SEND);
    }

    /** Returns the same policy with another placement. */
    public Policy withPlacement(Placement other) {
        return new Policy(other, leftOut, deliver, stableChanges);
    }

    /** How a change in the stable text goes out. */
    public enum StableChanges {
        /** As what it is: the engine reads the new text and all behind it. */
        SEND,
        /** As changed lines in a note; the system text stays as first sent, and the old lines stay readable there. */
        NOTE
    }
}
