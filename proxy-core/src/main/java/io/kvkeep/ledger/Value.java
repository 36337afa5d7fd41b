package io.kvkeep.ledger;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.lane.Digest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a note delivers of one section. */
public sealed interface Value {
    /** Returns the section's name. */
    String section();

    /**
     * Returns what the section says; empty if it is gone.
     *
     * @param note the bytes of the note
     * @throws IllegalArgumentException if there is no text where the section should stand
     */
    Optional<String> text(byte[] note);

    /** Returns the fingerprint of what the section says, to be compared with {@link #print(String)}; 0 if it is gone. */
    long print();

    /** Returns the fingerprint of a text, as quick and with the same limits as {@link Digest#of(List)}. */
    static long print(String text) {
        return Digest.of(List.of(text)).low();
    }

    /**
     * The section stands in the note word for word: it is kept once.
     *
     * @param start offset of its first byte in the note
     * @param end offset behind its last byte
     * @param print its fingerprint: lanes are searched without reading their notes
     */
    record Within(String section, int start, int end, long print) implements Value {
        /** Finds the section in a note. */
        static Within of(String section, int start, int end, byte[] note) {
            Within unread = new Within(section, start, end, 0);
            return new Within(section, start, end, Value.print(unread.text(note).orElseThrow()));
        }

        @Override
        public Optional<String> text(byte[] note) {
            try {
                return Optional.of(new JsonString(note, start, end).text());
            } catch (NotJson e) {
                throw new IllegalArgumentException("no text at bytes " + start + " to " + end + " of a note", e);
            }
        }
    }

    /** The note tells the section in other words, such as what changed in it. */
    record Apart(String section, String words) implements Value {
        @Override
        public long print() {
            return Value.print(words);
        }

        @Override
        public Optional<String> text(byte[] note) {
            return Optional.of(words);
        }
    }

    /** The note says that the section is gone. */
    record Gone(String section) implements Value {
        @Override
        public long print() {
            return 0;
        }

        @Override
        public Optional<String> text(byte[] note) {
            return Optional.empty();
        }
    }

    /**
     * Returns how to keep what a note says of a section.
     *
     * @param text what the section says; empty if it is gone
     * @param spelled the same as it stands in the note, if it does
     * @param from where in the note to look for it
     */
    static Value of(String section, Optional<String> text, byte[] note, byte[] spelled, int from) {
        if (text.isEmpty()) {
            return new Gone(section);
        }
        int start = find(note, spelled, from);
        if (start >= 0) {
            Within within = Within.of(section, start, start + spelled.length, note);
            if (within.text(note).equals(text)) {
                return within;
            }
        }
        return new Apart(section, text.get());
    }

    private static int find(byte[] note, byte[] spelled, int from) {
        for (int start = from; start + spelled.length <= note.length; start++) {
            if (Arrays.equals(note, start, start + spelled.length, spelled, 0, spelled.length)) {
                return start;
            }
        }
        return -1;
    }
}
