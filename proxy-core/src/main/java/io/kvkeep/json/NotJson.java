package io.kvkeep.json;

/** Says that the bytes are not the JSON that the reader needs at this place; the message names the byte offset. */
public final class NotJson extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param expected what would have been right, as a short noun
     * @param offset zero-based byte offset into the text
     */
    public NotJson(String expected, int offset) {
        // Without a stack trace: bodies that are no JSON come from outside, and each would cost a walk of the stack.
        super(expected + " expected at byte " + offset, null, false, false);
    }
}
