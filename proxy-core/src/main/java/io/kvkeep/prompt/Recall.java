package io.kvkeep.prompt;

import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.Range;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What earlier prompts hold, while one more is read: a message that is there byte for byte need not be read again.
 *
 * <p>Nearly all of a request is the request before it. Bytes are compared many at a time, which is ten times as quick as
 * looking for the ends of strings in them.
 */
@SuppressWarnings("ReferenceEquality") // one of the prompts that it was given
public final class Recall {
    private final List<Prompt> recent;
    /** The prompt that this one goes on from, once a message behind the system text has shown it. */
    private @Nullable Prompt before;

    /** The prompt that has the first messages; more than one may, but then nothing is known of all. */
    private @Nullable Prompt openingOf;

    private int opening;

    /** The prompt whose tools this one has. */
    private @Nullable Prompt toolsOf;

    private final BitSet taken = new BitSet();

    /**
     * Begins to read a prompt.
     *
     * @param recent prompts of the same dialect, the newest first
     */
    public Recall(List<Prompt> recent) {
        this.recent = recent;
    }

    /** Knows of no prompts. */
    public static Recall nothing() {
        return new Recall(List.of());
    }

    /**
     * Returns the message that the cursor stands before, and moves over it.
     *
     * @param index how many messages stand before it
     * @param body where the cursor reads
     * @return empty if it has not been seen at this place; the cursor then stays
     */
    public Optional<Message> message(int index, JsonCursor cursor, byte[] body) {
        if (before != null) {
            Optional<Message> same = message(before, index, cursor, body);
            taken.set(index, same.isPresent());
            return same;
        }
        for (Prompt prompt : recent) {
            Optional<Message> same = message(prompt, index, cursor, body);
            if (same.isPresent()) {
                if (index >= prompt.leadingMessages()) {
                    before = prompt;
                    taken.set(index);
                } else if (index == opening && (openingOf == null || openingOf == prompt)) {
                    openingOf = prompt;
                    opening++;
                }
                return same;
            }
        }
        return Optional.empty();
    }

    /**
     * Returns a prompt that has the same messages in front of the conversation, byte for byte, if one was seen.
     *
     * @param leading how many there are
     */
    public Optional<Prompt> systemOf(int leading) {
        return openingOf != null && opening == leading && openingOf.leadingMessages() == leading
                ? Optional.of(openingOf)
                : Optional.empty();
    }

    /** Returns the prompt that this one goes on from, as far as that has been seen. */
    public Optional<Prompt> before() {
        return Optional.ofNullable(before);
    }

    /** Tells whether a message was taken from the prompt before, where as many stand before it. */
    public boolean took(int index) {
        return taken.get(index);
    }

    private static Optional<Message> message(Prompt prompt, int index, JsonCursor cursor, byte[] body) {
        if (index >= prompt.messages().size()) {
            return Optional.empty();
        }
        Message known = prompt.messages().get(index);
        int start = cursor.offset();
        return cursor.repeats(prompt.body(), known.range())
                ? Optional.of(known.moved(body, start - known.range().start()))
                : Optional.empty();
    }

    /**
     * Moves over the tools that the cursor stands before.
     *
     * @return empty if they have not been seen; the cursor then stays
     */
    public Optional<Range> tools(JsonCursor cursor) {
        int start = cursor.offset();
        for (Prompt prompt : recent) {
            if (prompt.tools().isPresent()
                    && cursor.repeats(prompt.body(), prompt.tools().get())) {
                toolsOf = prompt;
                return Optional.of(new Range(start, cursor.offset()));
            }
        }
        return Optional.empty();
    }

    /** Returns a prompt that has the same tools, byte for byte, if one was seen. */
    public Optional<Prompt> toolsOf() {
        return Optional.ofNullable(toolsOf);
    }
}
