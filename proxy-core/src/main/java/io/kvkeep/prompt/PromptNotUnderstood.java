package io.kvkeep.prompt;

/**
 * Says why a body is not read as a prompt; the request then goes to the engine as it came.
 *
 * <p>It is no fault of the client: an engine may well understand such a body.
 */
public final class PromptNotUnderstood extends Exception {
    private static final long serialVersionUID = 1L;

    private final Why why;

    /**
     * @param why the kind of reason, a label in the metrics
     * @param detail what was found, with its place; never text of the prompt
     */
    public PromptNotUnderstood(Why why, String detail) {
        super(detail, null, false, false);
        this.why = why;
    }

    /** Returns the kind of reason. */
    public Why why() {
        return why;
    }

    /** The kinds of reasons, few enough to be label values. */
    public enum Why {
        /** The bytes are not JSON, or not UTF-8. */
        NOT_JSON,
        /** It is JSON, but a field that decides the meaning has another type than the protocol says. */
        OTHER_SHAPE,
        /** A field that decides the meaning is there twice, and readers differ in which one counts. */
        AMBIGUOUS,
        /** It goes on with a conversation that only the engine knows. */
        STATEFUL
    }
}
