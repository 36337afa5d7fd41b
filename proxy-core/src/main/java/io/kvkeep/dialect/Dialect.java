package io.kvkeep.dialect;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Framing;
import io.kvkeep.json.NotJson;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import java.util.List;
import java.util.Optional;

/** A wire protocol: which paths speak it, and where in a body its prompt stands. */
public interface Dialect {

    /** OpenAI chat completions. */
    Dialect CHAT_COMPLETIONS = new ChatCompletions();

    /** OpenAI responses. */
    Dialect RESPONSES = new Responses();

    /** OpenAI completions. */
    Dialect COMPLETIONS = new Completions();

    /** Anthropic messages. */
    Dialect MESSAGES = new Messages();

    /** Ollama chat. */
    Dialect OLLAMA_CHAT = new OllamaChat();

    /** Ollama generate. */
    Dialect OLLAMA_GENERATE = new OllamaGenerate();

    /** All dialects that are read; requests in any other pass as they are. */
    List<Dialect> ALL = List.of(CHAT_COMPLETIONS, RESPONSES, COMPLETIONS, MESSAGES, OLLAMA_CHAT, OLLAMA_GENERATE);

    /** Returns the name, which is also a label in the metrics. */
    String id();

    /**
     * Tells whether a request with that path carries a prompt in this dialect.
     *
     * @param path without the query
     */
    boolean serves(String path);

    /**
     * Finds the prompt in a body.
     *
     * @param body the request body, one JSON object in UTF-8
     * @throws PromptNotUnderstood if the body is to go to the engine unread
     */
    default Prompt read(byte[] body) throws PromptNotUnderstood {
        try {
            return parse(body);
        } catch (NotJson e) {
            throw new PromptNotUnderstood(Why.NOT_JSON, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Finds the prompt in a body as this protocol writes it; what {@link #read} does.
     *
     * @throws NotJson if the bytes are not JSON, or not UTF-8
     * @throws PromptNotUnderstood if they are, and are to go to the engine unread
     */
    Prompt parse(byte[] body) throws NotJson, PromptNotUnderstood;

    /**
     * Returns a reader for the answer to a prompt in this dialect.
     *
     * @param framing as the answer's head tells it
     * @param maxBytes how much of the answer may be kept
     */
    AnswerReader answer(Framing framing, int maxBytes);

    /**
     * Finds the dialect of a request.
     *
     * @param method the HTTP method, upper case
     * @param target the request target, with or without a query
     */
    static Optional<Dialect> of(String method, String target) {
        if (!method.equals("POST")) {
            return Optional.empty();
        }
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        return ALL.stream().filter(dialect -> dialect.serves(path)).findFirst();
    }
}
