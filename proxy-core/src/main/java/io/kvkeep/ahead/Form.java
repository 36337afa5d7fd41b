package io.kvkeep.ahead;

import io.kvkeep.dialect.Dialect;
import java.util.Optional;
import java.util.Set;

/**
 * How a dialect writes what a read-ahead needs.
 *
 * @param conversation the field with the messages
 * @param limits the fields that say how many tokens may be generated; the first is added where none is there
 * @param limitsInside the object that these fields stand in; empty for the body itself
 * @param plain what stands before and behind an answer's text as a string; empty if answers are written in parts only
 * @param parts the same for an answer in parts
 * @param user an empty message of the user
 */
record Form(
        String conversation,
        Set<String> limits,
        String limit,
        String limitsInside,
        Optional<Around> plain,
        Optional<Around> parts,
        String user) {
    private static final String ANSWER = "{\"role\":\"assistant\",\"content\":";
    private static final Around STRING = new Around(ANSWER + "\"", "\"}");
    private static final Around TEXT_PART = new Around(ANSWER + "[{\"type\":\"text\",\"text\":\"", "\"}]}");
    private static final String EMPTY_USER = "{\"role\":\"user\",\"content\":\"\"}";

    private static final Form CHAT_COMPLETIONS = new Form(
            "messages",
            Set.of("max_tokens", "max_completion_tokens", "n_predict"),
            "max_tokens",
            "",
            Optional.of(STRING),
            Optional.of(TEXT_PART),
            EMPTY_USER);
    private static final Form MESSAGES = new Form(
            "messages",
            Set.of("max_tokens"),
            "max_tokens",
            "",
            Optional.of(STRING),
            Optional.of(TEXT_PART),
            EMPTY_USER);
    private static final Form RESPONSES = new Form(
            "input",
            Set.of("max_output_tokens"),
            "max_output_tokens",
            "",
            Optional.empty(),
            Optional.of(new Around(
                    "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"",
                    "\"}]}")),
            "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"\"}]}");
    private static final Form OLLAMA_CHAT = new Form(
            "messages",
            Set.of("num_predict"),
            "num_predict",
            "options",
            Optional.of(STRING),
            Optional.empty(),
            EMPTY_USER);

    /** Returns the form of a dialect; empty for one in which no conversation goes on. */
    static Optional<Form> of(Dialect dialect) {
        return switch (dialect) {
            case CHAT_COMPLETIONS -> Optional.of(CHAT_COMPLETIONS);
            case MESSAGES -> Optional.of(MESSAGES);
            case RESPONSES -> Optional.of(RESPONSES);
            case OLLAMA_CHAT -> Optional.of(OLLAMA_CHAT);
            case COMPLETIONS, OLLAMA_GENERATE -> Optional.empty();
        };
    }

    /**
     * Returns what stands around an answer's text.
     *
     * @param inParts whether the agent writes answers in parts
     */
    Around around(boolean inParts) {
        return (inParts ? parts.or(() -> plain) : plain.or(() -> parts)).orElseThrow();
    }

    /** What stands before and behind a text. */
    record Around(String before, String after) {}
}
