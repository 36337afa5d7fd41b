package io.kvkeep.prompt;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.Range;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One message of a conversation, as an engine sees it: a dialect may write several in one object, or one in several.
 *
 * @param role who speaks
 * @param roleRange where the role's name stands, without its quotes; empty if there is none
 * @param range the whole message in the body
 * @param content the value that holds its texts and media, as a whole; empty if there is none
 * @param texts its texts in order: one for a plain string, one for each text part of an array, none for a call
 *     without words or for images alone
 * @param media the parts that are no texts, such as images: each as a whole, or what it means without marks for caches
 * @param calls the tools that the model calls
 * @param noteGap where a note can be put: before the last text, behind that of a tool's result
 * @param reasoningGap where the model's reasoning can be put; empty if it is there, or if the dialect has no place
 * @param parts for each text the element of an array that holds nothing else, if it may go when nothing is left of its
 *     text; empty if none may
 */
public record Message(
        Role role,
        Range roleRange,
        Range range,
        Range content,
        List<JsonString> texts,
        List<Range> media,
        List<Call> calls,
        Optional<Gap> noteGap,
        Optional<Gap> reasoningGap,
        List<Range> parts) {
    /** Copies the lists. */
    public Message {
        texts = List.copyOf(texts);
        media = List.copyOf(media);
        calls = List.copyOf(calls);
        parts = List.copyOf(parts);
    }

    /** A message whose texts stay where they are, even empty. */
    public Message(
            Role role,
            Range roleRange,
            Range range,
            Range content,
            List<JsonString> texts,
            List<Range> media,
            List<Call> calls,
            Optional<Gap> noteGap,
            Optional<Gap> reasoningGap) {
        this(role, roleRange, range, content, texts, media, calls, noteGap, reasoningGap, List.of());
    }

    /** Returns the same message where it stands in another body, so many bytes later. */
    Message moved(byte[] body, int byBytes) {
        return new Message(
                role,
                roleRange.moved(byBytes),
                range.moved(byBytes),
                content.moved(byBytes),
                each(texts, text -> text.moved(body, byBytes)),
                each(media, part -> part.moved(byBytes)),
                each(calls, call -> new Call(call.name.moved(body, byBytes), call.arguments.moved(byBytes))),
                noteGap.map(gap -> gap.moved(byBytes)),
                reasoningGap.map(gap -> gap.moved(byBytes)),
                each(parts, part -> part.moved(byBytes)));
    }

    /** Most messages have one text and at most one of all else. */
    private static <T> List<T> each(List<T> list, UnaryOperator<T> move) {
        return switch (list.size()) {
            case 0 -> list;
            case 1 -> List.of(move.apply(list.get(0)));
            default -> list.stream().map(move).toList();
        };
    }

    /** Tells whether a note can be put into it. */
    public boolean takesNote() {
        return noteGap.isPresent();
    }

    /**
     * One call of a tool.
     *
     * @param name the tool's name
     * @param arguments the value as it stands in the body: a string with its quotes, or an object
     */
    public record Call(JsonString name, Range arguments) {}
}
