package io.kvkeep.profile;

import java.util.List;
import java.util.Locale;

/**
 * Where a rule of a profile was seen.
 *
 * @param part the list in the profile that it stands in
 * @param name its name, unique in the profile
 * @param seen versions and sources
 */
public record RuleSource(Part part, String name, List<String> seen) {
    /** Copies the list. */
    public RuleSource {
        seen = List.copyOf(seen);
    }

    /** A list of rules in a profile. */
    public enum Part {
        /** Sections of the system text. */
        SECTIONS,
        /** Sections of the first message of the user. */
        FIRST_USER_SECTIONS,
        /** Blocks in messages that come and go. */
        EPHEMERAL,
        /** Model calls beside the conversation. */
        SIDE_REQUESTS,
        /** What stays where it is. */
        NEVER_TOUCH;

        /** Returns the name as it is written in files. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
