package io.kvkeep.section;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How to find one section in the system texts of one agent.
 *
 * <p>Literals find it, so that a text without the section costs a search and nothing else; the pattern only confirms.
 *
 * @param name unique in its profile
 * @param kind what the section is about
 * @param stability whether it is expected to change; a stable section shields what stands inside it from other rules
 * @param starts literals, one of which stands at the start of a line, behind blanks at most
 * @param ends where it ends: the nearest of these
 * @param matches what the whole section must look like, if that is known; it stays where it is otherwise
 */
public record SectionRule(
        String name, Kind kind, Stability stability, List<String> starts, List<End> ends, Optional<Pattern> matches) {

    /** Checks that there is something to search for. */
    public SectionRule {
        starts = List.copyOf(starts);
        ends = List.copyOf(ends);
        if (starts.isEmpty() || starts.stream().anyMatch(literal -> literal.isBlank() || literal.charAt(0) <= ' ')) {
            throw new IllegalArgumentException(
                    "section " + name + ": starts needs at least one literal, none of which begins with a blank");
        }
        if (ends.isEmpty()) {
            throw new IllegalArgumentException("section " + name + ": until or through needs at least one entry");
        }
    }

    /** Returns the offset of the nearest end behind {@code from}, or -1 if none of them is there. */
    int endIn(String text, int from) {
        int nearest = -1;
        for (End end : ends) {
            int at = end.in(text, from);
            if (at >= 0 && (nearest < 0 || at < nearest)) {
                nearest = at;
            }
        }
        return nearest;
    }

    /** Tells whether the piece of text looks like the section. */
    boolean accepts(String text, int start, int end) {
        return matches.isEmpty()
                || matches.get().matcher(text).region(start, end).matches();
    }

    /** One way in which a section ends. */
    public sealed interface End {
        /** Returns the offset of the first character behind the section, or -1. */
        int in(String text, int from);

        /** The section is one line. */
        record LineEnd() implements End {
            @Override
            public int in(String text, int from) {
                int at = text.indexOf('\n', from);
                return at < 0 ? text.length() : at;
            }
        }

        /** The section ends before an empty line. */
        record BlankLine() implements End {
            @Override
            public int in(String text, int from) {
                return text.indexOf("\n\n", from);
            }
        }

        /** The section may be the last thing in the text; line breaks behind it are not part of it. */
        record TextEnd() implements End {
            @Override
            public int in(String text, int from) {
                int end = text.length();
                while (end > from && text.charAt(end - 1) == '\n') {
                    end--;
                }
                return end;
            }
        }

        /**
         * The section ends with a literal, such as a closing tag.
         *
         * @param literal the last thing in it
         */
        record Behind(String literal) implements End {
            @Override
            public int in(String text, int from) {
                int at = text.indexOf(literal, from);
                return at < 0 ? -1 : at + literal.length();
            }
        }

        /**
         * The section ends before a literal.
         *
         * @param literal what stands behind it, the separator included
         */
        record Before(String literal) implements End {
            @Override
            public int in(String text, int from) {
                return text.indexOf(literal, from);
            }
        }
    }
}
