package io.kvkeep.answer;

import java.util.Locale;
import java.util.Optional;

/** How the JSON of an answer is cut into pieces. */
public enum Framing {
    /** One JSON text. */
    JSON("application/json"),
    /** Server-sent events: many JSON texts, one per event. */
    EVENTS("text/event-stream"),
    /** Lines: many JSON texts, one per line. */
    LINES("application/x-ndjson");

    private final String mediaType;

    Framing(String mediaType) {
        this.mediaType = mediaType;
    }

    /**
     * Finds the framing of an answer; empty if it is none of these and so cannot be read.
     *
     * @param contentType the field {@code Content-Type} of the answer's head, in any case, with or without parameters
     */
    public static Optional<Framing> of(String contentType) {
        int parameters = contentType.indexOf(';');
        String mediaType = (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
        for (Framing framing : values()) {
            if (framing.mediaType.equals(mediaType)) {
                return Optional.of(framing);
            }
        }
        return Optional.empty();
    }
}
