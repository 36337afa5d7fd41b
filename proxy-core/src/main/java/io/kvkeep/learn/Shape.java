package io.kvkeep.learn;

import java.util.List;

/**
 * What stays the same of a line or block that changes.
 *
 * @param variation what kind of value changes
 * @param starts the literal that the line or block starts with, without indentation
 * @param until where it ends, as in a profile: {@code line-end}, {@code blank-line}, {@code text-end} or a literal
 * @param matches a regular expression for all of it, indentation included; empty if nothing is known
 * @param byItself whether it is a clock or counter and nothing but a label and a value, so that a rule for it may hold
 *     without being asked for
 */
record Shape(Variation variation, String starts, List<String> until, String matches, boolean byItself) {
    private static final List<String> LINE_END = List.of("line-end");

    static Shape line(Variation variation, String starts, String matches, boolean byItself) {
        return new Shape(variation, starts, LINE_END, matches, byItself);
    }

    static Shape block(Variation variation, String starts, List<String> until) {
        return new Shape(variation, starts, until, "", false);
    }

    boolean isLine() {
        return until.equals(LINE_END);
    }

    /** The same, but never held without being asked for. */
    Shape onlyOffered() {
        return new Shape(variation, starts, until, matches, false);
    }

    /** Tells whether both are one place; ends and limits may differ from one text to the next. */
    boolean isSamePlace(Shape other) {
        return variation == other.variation && starts.equals(other.starts) && matches.equals(other.matches);
    }
}
