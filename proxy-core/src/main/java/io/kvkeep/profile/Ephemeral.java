package io.kvkeep.profile;

import io.kvkeep.prompt.Role;
import io.kvkeep.section.SectionRule;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A block that an agent puts into messages of the user or of tools, and that comes, goes or changes between requests
 * without being anybody's words.
 *
 * @param rule its name and how to find it
 * @param roles the messages it is found in: user, tool or both
 * @param where whether it is a whole message or a part of one
 * @param action what may be done about it
 */
public record Ephemeral(SectionRule rule, Set<Role> roles, Where where, Action action) {
    /** Copies the set. */
    public Ephemeral {
        roles = Set.copyOf(roles);
        if (roles.isEmpty() || !Set.of(Role.USER, Role.TOOL).containsAll(roles)) {
            throw new IllegalArgumentException("block " + rule.name() + ": in needs user, tool or both");
        }
    }

    /** Returns its name, unique in its profile. */
    public String name() {
        return rule.name();
    }

    /** Where such a block stands. */
    public enum Where {
        /** It is the last message of a request as a whole, and later requests don't hold it. */
        TAIL_MESSAGE,
        /** It is a part of a text, or one text of a message. */
        BLOCK;

        /** Returns the name as it is written in files. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Optional<Where> of(String id) {
            return Set.of(values()).stream()
                    .filter(where -> where.id().equals(id))
                    .findFirst();
        }
    }

    /** What may be done when such a block is gone or changed in a message that was sent before. */
    public enum Action {
        /** The message may go out again as it was sent, with the block. */
        REPLAY,
        /** The message goes out as it came; the block is only left out where messages are compared. */
        KEEP;

        /** Returns the name as it is written in files. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Action> of(String id) {
            return Set.of(values()).stream()
                    .filter(action -> action.id().equals(id))
                    .findFirst();
        }
    }
}
