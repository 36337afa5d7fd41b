package io.kvkeep.profile;

import static io.kvkeep.profile.Recognise.startsWithAny;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A model call beside the conversation, such as a title, a summary or a sub-agent; one hit is enough.
 *
 * @param name what it is for; unique in its profile
 * @param starts what its first system text starts with, or its first user text if it has no system text
 * @param systemStarts what its first system text starts with
 * @param firstUserStarts what its first user text starts with
 * @param lastUserStarts what its last user text starts with: such a request has the conversation before it
 * @param headers headers that it alone carries
 */
public record SideRequest(
        String name,
        List<String> starts,
        List<String> systemStarts,
        List<String> firstUserStarts,
        List<String> lastUserStarts,
        List<HeaderStart> headers) {

    /** Checks that there is something to know it by. */
    public SideRequest {
        starts = List.copyOf(starts);
        systemStarts = List.copyOf(systemStarts);
        firstUserStarts = List.copyOf(firstUserStarts);
        lastUserStarts = List.copyOf(lastUserStarts);
        headers = List.copyOf(headers);
        if (starts.isEmpty()
                && systemStarts.isEmpty()
                && firstUserStarts.isEmpty()
                && lastUserStarts.isEmpty()
                && headers.isEmpty()) {
            throw new IllegalArgumentException("side request " + name + ": one of starts, system-starts,"
                    + " first-user-starts, last-user-starts, headers is needed");
        }
    }

    boolean hits(UnaryOperator<String> values, String systemText, String firstUserText, String lastUserText) {
        String opening = systemText.isEmpty() ? firstUserText : systemText;
        return HeaderStart.anyIsIn(headers, values)
                || startsWithAny(opening, starts)
                || startsWithAny(systemText, systemStarts)
                || startsWithAny(firstUserText, firstUserStarts)
                || startsWithAny(lastUserText, lastUserStarts);
    }
}
