package io.kvkeep.doctor;

import java.util.List;
import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param check what was looked at, such as {@code context}
 * @param grade whether something has to be done
 * @param subject the model, the agent or the engine it is about
 * @param seen what was seen, and where
 * @param costs what that costs; empty if nothing
 * @param change what to do: lines of words, flags and commands to copy; empty if nothing is to be done
 */
record Finding(String check, Grade grade, String subject, String seen, String costs, List<String> change) {
    /** Copies the list. */
    Finding {
        change = List.copyOf(change);
    }

    static Finding good(String check, String subject, String seen) {
        return new Finding(check, Grade.GOOD, subject, seen, "", List.of());
    }

    static Finding note(String check, String subject, String seen, String costs, String... change) {
        return new Finding(check, Grade.NOTE, subject, seen, costs, List.of(change));
    }

    static Finding problem(String check, String subject, String seen, String costs, String... change) {
        return new Finding(check, Grade.PROBLEM, subject, seen, costs, List.of(change));
    }

    /** Whether something has to be done. */
    enum Grade {
        GOOD,
        /** Worth knowing; nothing is wrong. */
        NOTE,
        /** Costs time or words now; there is something to change. */
        PROBLEM;

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
