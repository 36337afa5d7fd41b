package io.kvkeep.template;

/** What an engine made of a {@link Trial}. */
public sealed interface Rendered {
    /**
     * The prompt that its template printed.
     *
     * @param prompt the whole text
     */
    record Text(String prompt) implements Rendered {}

    /**
     * An error that speaks of the prompt: the template raised, or the engine can't do it. A busy or starting engine
     * gives {@link Nothing}.
     *
     * @param status the HTTP status
     * @param message what the engine said
     */
    record Refused(int status, String message) implements Rendered {}

    /** No answer, or none that could be read. */
    record Nothing() implements Rendered {}
}
