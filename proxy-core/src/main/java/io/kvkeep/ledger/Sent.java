package io.kvkeep.ledger;

import io.kvkeep.answer.Emitted;
import io.kvkeep.json.JsonString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How one message was sent, where that differs from how the agent sends it.
 *
 * @param message its index in the conversation; system text not counted
 * @param note the note it carries, separators included
 * @param values what the note delivers, in the order of the sections
 * @param emitted the model's own words, which the agent sends back in another form
 * @param content the value of its content as it was sent, note and all, if blocks stand in it that come and go; empty
 *     for any other message. Shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // written once, replayed as it is; compared by its bytes
public record Sent(int message, NoteText note, List<Value> values, Optional<Emitted> emitted, byte[] content) {
    private static final byte[] NONE = {};

    /** Makes the list its own. */
    public Sent {
        values = List.copyOf(values);
    }

    /** A message that carries a note. */
    public static Sent note(int message, byte[] note, Map<String, Optional<String>> values) {
        return note(message, note, values, Map.of());
    }

    /**
     * A message that carries a note.
     *
     * @param values what it delivers: what sections say, by their names; empty for a section that is gone
     * @param whole the sections that stand in it word for word, as they are spelled there
     */
    public static Sent note(int message, byte[] note, Map<String, Optional<String>> values, Map<String, byte[]> whole) {
        List<Value> kept = new ArrayList<>(values.size());
        int from = 0;
        for (Map.Entry<String, Optional<String>> entry : values.entrySet()) {
            String section = entry.getKey();
            byte[] spelled = whole.get(section);
            if (spelled == null) {
                spelled = JsonString.escape(entry.getValue().orElse(""));
            }
            Value value = Value.of(section, entry.getValue(), note, spelled, from);
            from = value instanceof Value.Within within ? within.end() : from;
            kept.add(value);
        }
        return new Sent(message, NoteText.of(note, kept), kept, Optional.empty(), NONE);
    }

    /** An answer that the agent sends back in another form. */
    public static Sent answer(int message, Emitted emitted) {
        return new Sent(message, NoteText.NONE, List.of(), Optional.of(emitted), NONE);
    }

    /** A message with blocks that come and go. */
    public static Sent content(int message, byte[] content) {
        return new Sent(message, NoteText.NONE, List.of(), Optional.empty(), content);
    }

    /** Returns the same message with its content as it was sent. */
    public Sent withContent(byte[] sentContent) {
        return new Sent(message, note, values, emitted, sentContent);
    }

    /** Returns the same message without its content. */
    public Sent withoutContent() {
        return hasContent() ? withContent(NONE) : this;
    }

    /** Tells whether its content is kept. */
    public boolean hasContent() {
        return content.length > 0;
    }

    /** Tells whether it carries a note. */
    public boolean hasNote() {
        return !note.pieces().isEmpty();
    }

    /** Returns the names of the sections of which the note tells. */
    public List<String> sections() {
        List<String> sections = new ArrayList<>(values.size());
        for (Value value : values) {
            sections.add(value.section());
        }
        return sections;
    }

    /** Returns what the note says of a section; empty if it is gone, or if the note does not tell of it. */
    public Optional<String> text(String section) {
        for (Value value : values) {
            if (value.section().equals(section)) {
                return value.text(note.bytes());
            }
        }
        return Optional.empty();
    }

    /**
     * Returns an equal message.
     *
     * @param shared gives an equal piece for each of its note
     */
    public Sent sharing(UnaryOperator<NoteText.Piece> shared) {
        return new Sent(message, note.sharing(shared), values, emitted, content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sent sent
                && message == sent.message
                && note.equals(sent.note)
                && values.equals(sent.values)
                && emitted.equals(sent.emitted)
                && Arrays.equals(content, sent.content);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * message + note.hashCode()) + emitted.hashCode()) + Arrays.hashCode(content);
    }
}
