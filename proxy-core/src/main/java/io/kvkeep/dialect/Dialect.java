package io.kvkeep.dialect;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Framing;
import io.kvkeep.json.NotJson;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Recall;
import java.util.List;
import java.util.Optional;

/** A wire protocol: which paths speak it, and where in a body its prompt stands. */
public enum Dialect {

    /** OpenAI chat completions. */
    CHAT_COMPLETIONS(new ChatCompletions()),

    /** OpenAI responses. */
    RESPONSES(new Responses()),

    /** OpenAI completions. */
    COMPLETIONS(new Completions()),

    /** Anthropic messages. */
    MESSAGES(new Messages()),

    /** Ollama chat. */
    OLLAMA_CHAT(new OllamaChat()),

    /** Ollama generate. */
    OLLAMA_GENERATE(new OllamaGenerate());

    /** All dialects that are read; requests in any other pass as they are. */
    public static final List<Dialect> ALL = List.of(values());

    // Every protocol is a class without fields.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Protocol protocol;

    Dialect(Protocol protocol) {
        this.protocol = protocol;
    }

    /** Returns the name, which is also a label in the metrics. */
    public String id() {
        return protocol.id();
    }

    /**
     * Finds the prompt in a body.
     *
     * @param body the request body, one JSON object in UTF-8
     * @throws PromptNotUnderstood if the body is to go to the engine unread
     */
    public Prompt read(byte[] body) throws PromptNotUnderstood {
        return read(body, Recall.nothing());
    }

    /**
     * Finds the prompt in a body; the same one, whatever earlier prompts hold.
     *
     * @param recall of prompts in this dialect
     * @throws PromptNotUnderstood if the body is to go to the engine unread
     */
    public Prompt read(byte[] body, Recall recall) throws PromptNotUnderstood {
        try {
            return protocol.parse(body, recall);
        } catch (NotJson e) {
            throw new PromptNotUnderstood(Why.NOT_JSON, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns a reader for the answer to a prompt in this dialect.
     *
     * @param framing as the answer's head tells it
     * @param maxBytes how much of the answer may be kept
     */
    public AnswerReader answer(Framing framing, int maxBytes) {
        return protocol.answer(framing, maxBytes);
    }

    /**
     * Finds the dialect of a request.
     *
     * @param method the HTTP method, upper case
     * @param target the request target, with or without a query
     */
    public static Optional<Dialect> of(String method, String target) {
        if (!method.equals("POST")) {
            return Optional.empty();
        }
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        for (Dialect dialect : ALL) {
            if (dialect.protocol.serves(path)) {
                return Optional.of(dialect);
            }
        }
        return Optional.empty();
    }

    /** What one wire protocol says: a file of its own for each. */
    interface Protocol {

        /** Returns the name, which is also a label in the metrics. */
        String id();

        /**
         * Tells whether a request with that path carries a prompt in this protocol.
         *
         * @param path without the query
         */
        boolean serves(String path);

        /**
         * Finds the prompt in a body.
         *
         * @param recall what earlier prompts hold; a protocol may do without
         * @throws NotJson if the bytes are not JSON, or not UTF-8
         * @throws PromptNotUnderstood if they are, and are to go to the engine unread
         */
        Prompt parse(byte[] body, Recall recall) throws NotJson, PromptNotUnderstood;

        /** Returns a reader for the answer. */
        AnswerReader answer(Framing framing, int maxBytes);
    }
}
