package io.kvkeep.answer;

import java.util.Optional;

/**
 * Reads what the model said off one answer while that passes. It is used by one thread, once.
 *
 * <p>It gives up rather than guess: what it tells is given back to the engine later, so an answer that was cut off or
 * not understood has to count as none. It never throws for anything that an engine sends.
 */
public interface AnswerReader {

    /**
     * Takes the next bytes of the body, cut anywhere. Nothing of the array is kept.
     *
     * @param bytes holds them; neither framed by a transfer coding nor compressed
     * @param from offset of the first
     * @param to offset behind the last
     */
    void add(byte[] bytes, int from, int to);

    /** Tells whether the bytes so far say that no more follow: agents read no further. */
    boolean ended();

    /**
     * Ends the body and returns what the model said. It is empty if the answer was not whole, an error, in more than one
     * choice, larger than the bound, or not understood.
     */
    Optional<Emitted> finish();

    /**
     * Returns a reader for an answer.
     *
     * @param framing as the answer's head tells it
     * @param answer puts it together
     * @param maxBytes how long one JSON text may be; more than zero
     */
    static AnswerReader of(Framing framing, DialectAnswer answer, int maxBytes) {
        return switch (framing) {
            case JSON -> new BodyReader(answer, maxBytes);
            case EVENTS -> new EventReader(answer, maxBytes);
            case LINES -> new LineReader(answer, maxBytes);
        };
    }
}
