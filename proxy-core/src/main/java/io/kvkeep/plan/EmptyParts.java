package io.kvkeep.plan;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import java.util.List;

/**
 * Takes along the element of an array when nothing is left of its text: an empty text may be refused, and where engines
 * put something between elements, one more would show.
 *
 * <p>The last element goes too and leaves an empty array: engines read that as no text at all.
 */
final class EmptyParts {
    private final byte[] body;
    private final List<Edit> edits;
    private int goneUpTo = -1;

    private EmptyParts(byte[] body, List<Edit> edits) {
        this.body = body;
        this.edits = edits;
    }

    /** Puts one edit for the whole element in the place of those that empty a system text. */
    static void drop(Prompt prompt, List<Edit> edits) {
        EmptyParts dropping = new EmptyParts(prompt.body(), edits);
        for (Message message : prompt.messages().subList(0, prompt.leadingMessages())) {
            for (int i = 0; i < message.parts().size(); i++) {
                dropping.drop(message.texts().get(i), message.parts().get(i));
            }
        }
    }

    private void drop(JsonString text, Range part) {
        List<Edit> inside = edits.stream()
                .filter(edit ->
                        edit.range().start() >= text.start() && edit.range().end() <= text.end())
                .toList();
        boolean adds = inside.stream().anyMatch(edit -> edit.replacement().length > 0);
        int gone = inside.stream().mapToInt(edit -> edit.range().length()).sum();
        if (gone == 0 || adds || gone < text.end() - text.start()) {
            return;
        }
        edits.removeAll(inside);
        edits.add(Edit.remove(
                withComma(part), inside.get(0).reason(), inside.get(0).subject()));
    }

    /** Returns the element with the comma before it, or with the one behind it if none is left before it. */
    private Range withComma(Range part) {
        int before = part.start() - 1;
        while (isBlank(before)) {
            before--;
        }
        int start = part.start();
        int end = part.end();
        if (body[before] == ',' && before >= goneUpTo) {
            start = before;
        } else {
            int behind = skipBlanks(end);
            end = body[behind] == ',' ? skipBlanks(behind + 1) : end;
        }
        goneUpTo = end;
        return new Range(start, end);
    }

    private int skipBlanks(int from) {
        int at = from;
        while (isBlank(at)) {
            at++;
        }
        return at;
    }

    private boolean isBlank(int at) {
        return body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t';
    }
}
