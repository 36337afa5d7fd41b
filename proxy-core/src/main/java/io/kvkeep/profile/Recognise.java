package io.kvkeep.profile;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What tells an agent from others; one hit is enough.
 *
 * @param headers headers that it alone sends, User-Agent among them
 * @param systemStarts what a system text may start with
 * @param systemLines what a line of a system text may start with; for agents whose first words the user can
 *     replace
 * @param systemContains what a system text may contain; each costs a search of the whole text
 * @param firstUserStarts what the first text of the user may start with
 * @param tools names of tools that no other agent has
 */
public record Recognise(
        List<HeaderStart> headers,
        List<String> systemStarts,
        List<String> systemLines,
        List<String> systemContains,
        List<String> firstUserStarts,
        List<String> tools) {
    static final Recognise NOTHING = new Recognise(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    /** Copies the lists. */
    public Recognise {
        headers = List.copyOf(headers);
        systemStarts = List.copyOf(systemStarts);
        systemLines = List.copyOf(systemLines);
        systemContains = List.copyOf(systemContains);
        firstUserStarts = List.copyOf(firstUserStarts);
        tools = List.copyOf(tools);
    }

    Recognise and(Recognise more) {
        return new Recognise(
                join(headers, more.headers),
                join(systemStarts, more.systemStarts),
                join(systemLines, more.systemLines),
                join(systemContains, more.systemContains),
                join(firstUserStarts, more.firstUserStarts),
                join(tools, more.tools));
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).distinct().toList();
    }

    // Loops: all of this is asked of each profile with every request.

    boolean byHeaders(UnaryOperator<String> values) {
        return HeaderStart.anyIsIn(headers, values);
    }

    boolean byTools(Set<String> names) {
        return tools.stream().anyMatch(names::contains);
    }

    boolean byWordsInside(List<String> systemTexts) {
        return systemTexts.stream().anyMatch(text -> systemContains.stream().anyMatch(text::contains));
    }

    static boolean startsWithAny(String text, List<String> starts) {
        for (String start : starts) {
            if (text.startsWith(start)) {
                return true;
            }
        }
        return false;
    }
}
