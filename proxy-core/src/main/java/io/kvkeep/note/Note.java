package io.kvkeep.note;

import io.kvkeep.json.JsonString;
import io.kvkeep.section.Kind;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The text of one note: the sections that are new or have changed since the notes before it. */
public final class Note {
    /** The name under which notes tell changes of the stable text. */
    public static final String INSTRUCTIONS = "instructions";

    private static final byte[] PARAGRAPH = JsonString.escape("\n\n");
    private final NoteTag tag;
    private final boolean alone;
    private boolean ofItsTime = true;
    private final List<String> names = new ArrayList<>();
    private final List<String> named = new ArrayList<>();
    private final Map<String, Optional<String>> values = new LinkedHashMap<>();
    private final Map<String, byte[]> whole = new LinkedHashMap<>();
    private final ByteArrayOutputStream paragraphs = new ByteArrayOutputStream();

    private Note(NoteTag tag, boolean alone) {
        this.tag = tag;
        this.alone = alone;
    }

    /**
     * Makes the note that leads from what was delivered to what holds.
     *
     * @param delivered values of sections by name, as earlier notes told them
     * @param current the sections that hold
     * @return empty if nothing changed
     */
    static Optional<Note> of(NoteTag tag, Map<String, String> delivered, Map<String, Part> current) {
        int changed = 0;
        for (Map.Entry<String, Part> part : current.entrySet()) {
            changed += part.getValue().text.equals(delivered.get(part.getKey())) ? 0 : 1;
        }
        boolean noneIsGone = current.keySet().containsAll(delivered.keySet());
        if (changed == 0 && noneIsGone) {
            return Optional.empty();
        }
        boolean alone = changed == 1 && noneIsGone;
        Note note = new Note(tag, alone);
        delivered.forEach((name, value) -> {
            if (!current.containsKey(name)) {
                note.gone(name);
            }
        });
        note.addAll(delivered, current, false);
        note.addAll(delivered, current, true); // behind the others: clocks change by themselves
        return note.names.isEmpty() ? Optional.empty() : Optional.of(note);
    }

    /** Returns the names of the sections in it. */
    public List<String> names() {
        return names;
    }

    /** Returns the values that it delivers; empty for a section that is gone. */
    public Map<String, Optional<String>> values() {
        return values;
    }

    /** Returns the sections that stand in it word for word, as they are spelled; shared, not to be changed. */
    public Map<String, byte[]> whole() {
        return whole;
    }

    /**
     * Returns the bytes of the note as they stand inside a JSON string.
     *
     * <p>Clocks are not named: their lines have labels. A note of clocks, or of what else was so at one time, does not say
     * what it is either, since of two times the later one holds for any reader.
     *
     * @param declared whether the system text says what notes are; else the note says it itself
     */
    public byte[] bytes(boolean declared) {
        if (named.isEmpty()) {
            return tag.around(paragraphs.toByteArray());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(paragraphs.size() + 256);
        out.writeBytes(tag.opening(named));
        if (!declared && !ofItsTime) {
            out.writeBytes(tag.ownDeclaration());
        }
        out.writeBytes(paragraphs.toByteArray());
        out.writeBytes(tag.closing());
        return out.toByteArray();
    }

    private void addAll(Map<String, String> delivered, Map<String, Part> current, boolean clocks) {
        current.forEach((name, part) -> {
            String before = delivered.get(name);
            if (part.isClock() == clocks && !part.text.equals(before)) {
                add(name, before, part);
            }
        });
    }

    private void gone(String name) {
        String told = name.equals(INSTRUCTIONS)
                ? "The instructions hold again as they stand at the start."
                : "The part \"" + name + "\" is gone; what stands above of it holds no more.";
        ofItsTime = false;
        named.add(name);
        add(name, Optional.empty(), JsonString.escape(told));
    }

    private void add(String name, @Nullable String before, Part part) {
        byte[] told = part.bytes;
        boolean isWhole = true;
        if (before != null && !name.equals(INSTRUCTIONS)) {
            Optional<String> lines = LineChanges.between(before, part.text)
                    .filter(changes -> changes.chars() > 0)
                    .map(changes -> part.kind.isOfItsTime() ? changes.byLabel() : changes)
                    .map(changes -> changes.told(alone ? "" : "\"" + name + "\"", false));
            // A section as a whole is easier to read, so lines have to be clearly shorter.
            if (lines.isPresent() && 3 * lines.get().length() < 2 * part.text.length()) {
                isWhole = false;
                told = JsonString.escape(lines.get());
            }
        }
        if (isWhole) {
            whole.put(name, told);
        }
        ofItsTime &= part.kind.isOfItsTime();
        if (!part.isClock()) {
            named.add(name);
        }
        add(name, Optional.of(part.text), told);
    }

    private void add(String name, Optional<String> value, byte[] told) {
        if (paragraphs.size() > 0) {
            paragraphs.writeBytes(PARAGRAPH);
        }
        paragraphs.writeBytes(told);
        names.add(name);
        values.put(name, value);
    }

    /**
     * What a section says.
     *
     * @param text its characters
     * @param bytes the same as it stands in the body, escapes and all
     * @param kind what it is about
     */
    @SuppressWarnings("ArrayRecordComponent") // made once, read once
    public record Part(String text, byte[] bytes, Kind kind) {
        /** A part of no kind in particular. */
        public Part(String text, byte[] bytes) {
            this(text, bytes, Kind.OTHER);
        }

        boolean isClock() {
            return kind == Kind.CLOCK;
        }
    }
}
