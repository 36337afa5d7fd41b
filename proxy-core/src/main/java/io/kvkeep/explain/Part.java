package io.kvkeep.explain;

/**
 * One part of a prompt, without its text.
 *
 * @param kind what it is
 * @param name the section's or the tool's name, or the role of a message
 * @param print a fingerprint of its bytes
 * @param said a fingerprint of what it means, however it is spelled; 0 where that is not known
 * @param bytes its length
 * @param media whether it holds more than text, such as an image
 * @param reasons whether it is an answer that carries reasoning
 * @param altered how it differs from what the model said, as far as the ledger knows
 */
record Part(Kind kind, String name, long print, long said, int bytes, boolean media, boolean reasons, Altered altered) {
    /** What a part of a prompt is. */
    enum Kind {
        SECTION,
        TOOL,
        MESSAGE
    }

    /** What an agent did to an answer of the model. */
    enum Altered {
        NO,
        /** Its words or arguments are spelled in another way. */
        SPELLING,
        /** Its reasoning is missing. */
        REASONING
    }

    static Part section(String name, long print, int bytes) {
        return new Part(Kind.SECTION, name, print, 0, bytes, false, false, Altered.NO);
    }

    static Part tool(String name, long print, int bytes) {
        return new Part(Kind.TOOL, name, print, 0, bytes, false, false, Altered.NO);
    }

    /** Returns the same number for parts that an engine reads alike. */
    long reads() {
        return print ^ (bytes * 0x9e3779b97f4a7c15L + kind.ordinal());
    }

    /** Returns this message as an edit made it: with what the agent altered put back. */
    Part edited(long sentPrint, int sentBytes) {
        return new Part(
                kind, name, sentPrint, said, sentBytes, media, reasons || altered == Altered.REASONING, Altered.NO);
    }

    boolean isAnswer() {
        return kind == Kind.MESSAGE && name.equals("assistant");
    }

    boolean isUser() {
        return kind == Kind.MESSAGE && name.equals("user");
    }
}
