package io.kvkeep.profile;

import io.kvkeep.section.SectionRule;
import java.util.List;
import java.util.Optional;

/**
 * Text that no rule may move, drop or leave out: rules of the user, safety text, states that must be fresh.
 *
 * @param name unique in its profile
 * @param starts literals at the start of a line; a volatile section or an ephemeral block that holds one stays where it
 *     is
 * @param span the text from such a literal to its end, if that is known: what stands inside is left alone too
 */
public record NeverTouch(String name, List<String> starts, Optional<SectionRule> span) {
    /** Copies the list. */
    public NeverTouch {
        starts = List.copyOf(starts);
    }
}
