package io.kvkeep.section;

import java.util.List;

/**
 * Literals that no volatile section may hold at the start of a line: rules of the user, safety text, and whatever else
 * has to stay where the agent put it.
 *
 * @param literals none of which begins with a blank
 */
public record Guards(List<String> literals) {
    /** Guards nothing. */
    public static final Guards NONE = new Guards(List.of());

    /** Checks that each literal can stand at the start of a line. */
    public Guards {
        literals = List.copyOf(literals);
        if (literals.stream().anyMatch(literal -> literal.isBlank() || literal.charAt(0) <= ' ')) {
            throw new IllegalArgumentException("a literal that guards must not begin with a blank");
        }
    }

    /** Tells whether one of them starts a line, behind blanks at most, in the piece of text that starts with a line. */
    boolean standIn(String text, int start, int end) {
        if (literals.isEmpty()) {
            return false;
        }
        int line = start;
        while (line < end) {
            int first = line;
            while (first < end && (text.charAt(first) == ' ' || text.charAt(first) == '\t')) {
                first++;
            }
            for (String literal : literals) {
                if (text.startsWith(literal, first)) {
                    return true;
                }
            }
            int lineBreak = text.indexOf('\n', first);
            line = lineBreak < 0 ? end : lineBreak + 1;
        }
        return false;
    }
}
