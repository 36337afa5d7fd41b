package io.kvkeep.explain;

/**
 * One part of a prompt, without its text.
 *
 * @param kind what it is
 * @param name the section's or the tool's name, or the role of a message
 * @param print a fingerprint of its bytes
 * @param said a fingerprint of what it means, however it is spelled; 0 where that is not known
 * @param words a fingerprint of the texts in it and of the edits to them, whatever marks for caches stand around them; 0
 *     where that is not known
 * @param bytes its length
 * @param media whether it holds more than text, such as an image
 * @param reasons whether it is an answer that carries reasoning
 * @param altered how it differs from what the model said, as far as the ledger knows
 */
record Part(
        Kind kind,
        String name,
        long print,
        long said,
        long words,
        int bytes,
        boolean media,
        boolean reasons,
        Altered altered) {
    static final long SPREAD = 0x9e3779b97f4a7c15L;

    /** What a part of a prompt is. */
    enum Kind {
        SECTION(1),
        TOOL(2),
        MESSAGE(3);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
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
        return new Part(Kind.SECTION, name, print, 0, 0, bytes, false, false, Altered.NO);
    }

    static Part tool(String name, long print, int bytes) {
        return new Part(Kind.TOOL, name, print, 0, 0, bytes, false, false, Altered.NO);
    }

    /** Returns the same number for parts of the same bytes. */
    long reads() {
        return print ^ (bytes * SPREAD + kind.number);
    }

    /**
     * Tells whether an engine reads both alike. Claude Code (2.1.330) marks its newest message for a cache, as a block in
     * an array, and sends it as a plain text in the next request.
     */
    boolean isLike(Part other) {
        return reads() == other.reads() || (words != 0 && words == other.words);
    }

    /**
     * Returns this message as edits made it: with what the agent altered put back.
     *
     * @param edits a fingerprint of what they put in and how much they took out
     */
    Part edited(long sentPrint, int sentBytes, long edits) {
        return new Part(
                kind,
                name,
                sentPrint,
                said,
                words == 0 ? 0 : words * SPREAD + edits,
                sentBytes,
                media,
                reasons || altered == Altered.REASONING,
                Altered.NO);
    }

    boolean isAnswer() {
        return kind == Kind.MESSAGE && name.equals("assistant");
    }

    boolean isUser() {
        return kind == Kind.MESSAGE && name.equals("user");
    }
}
