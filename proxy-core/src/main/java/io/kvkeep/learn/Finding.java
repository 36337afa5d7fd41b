package io.kvkeep.learn;

import io.kvkeep.section.Kind;
import io.kvkeep.section.SectionRule;
import io.kvkeep.section.SectionRule.End;
import io.kvkeep.section.Stability;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place in the system texts of one agent that changes from one to the next, and what that costs.
 *
 * <p>It holds text of the prompt (heading, start, limits), never a changing value; that is for the operator to see, not
 * for logs or metrics. The name holds none.
 *
 * @param name such as {@code learned-clock-3fa2c1}; the same for the same place in every run
 * @param variation what kind of value changes
 * @param heading the nearest line above that names what stands below it; empty if there is none
 * @param starts what the line or block starts with, without indentation
 * @param until where it ends, as in a profile
 * @param matches a regular expression for all of it; empty if nothing is known
 * @param seen how many texts had it
 * @param changed in how many texts it was another than in the one before
 * @param bytesBehind bytes of UTF-8 of system text behind the change, summed over all changes: what the engine had to
 *     read again for this place alone, tools and messages not counted
 * @param learned whether its rule holds by itself; it is only offered otherwise
 */
public record Finding(
        String name,
        Variation variation,
        String heading,
        String starts,
        List<String> until,
        String matches,
        int seen,
        int changed,
        long bytesBehind,
        boolean learned) {

    /** Copies the list. */
    public Finding {
        until = List.copyOf(until);
    }

    /** Returns the section rule that cuts this place. */
    public SectionRule rule() {
        return new SectionRule(
                name,
                kind(),
                Stability.VOLATILE,
                List.of(starts),
                until.stream().map(Finding::end).toList(),
                matches.isEmpty() ? Optional.empty() : Optional.of(Pattern.compile(matches)));
    }

    /** Returns what its section is about. */
    public Kind kind() {
        return variation == Variation.CLOCK ? Kind.CLOCK : Kind.OTHER;
    }

    private static End end(String until) {
        return switch (until) {
            case "line-end" -> new End.LineEnd();
            case "blank-line" -> new End.BlankLine();
            case "text-end" -> new End.TextEnd();
            default -> new End.Before(until);
        };
    }
}
