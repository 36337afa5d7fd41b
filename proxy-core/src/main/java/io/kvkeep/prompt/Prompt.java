package io.kvkeep.prompt;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One request's system text, tools and messages, as byte ranges over the body.
 *
 * @param body the request body; shared, not to be changed
 * @param model the model asked for, if the body names one
 * @param messages all messages in the order of the conversation, system ones included
 * @param tools the value of the tools field, if there is one
 * @param setsTemplate whether it sets {@code chat_template_kwargs} of its own
 * @param namesSlot whether it names a slot of the engine
 * @param streaming how the answer was asked for
 */
@SuppressWarnings(
        "ArrayRecordComponent") // the body is large and passed from hand to hand; copying it would double the memory
public record Prompt(
        byte[] body,
        Optional<String> model,
        List<Message> messages,
        Optional<Range> tools,
        boolean setsTemplate,
        boolean namesSlot,
        Streaming streaming) {

    /** Copies the list. */
    public Prompt {
        messages = List.copyOf(messages);
    }

    /** Returns the texts of the system messages that stand before all others. */
    public List<JsonString> systemTexts() {
        List<JsonString> texts = new ArrayList<>();
        messages.subList(0, leadingMessages()).forEach(message -> texts.addAll(message.texts()));
        return texts;
    }

    /** Returns how many messages of the agent stand before all others; their texts are the system text. */
    public int leadingMessages() {
        int leading = 0;
        while (leading < messages.size() && messages.get(leading).role().instructs()) {
            leading++;
        }
        return leading;
    }

    /** Returns the messages behind the system text: the conversation, late system messages included. */
    public List<Message> conversation() {
        return messages.subList(leadingMessages(), messages.size());
    }

    /** Returns the first message of the user. */
    public Optional<Message> firstUser() {
        for (Message message : messages) {
            if (message.role() == Role.USER) {
                return Optional.of(message);
            }
        }
        return Optional.empty();
    }

    /** Returns the newest message of the user. */
    public Optional<Message> lastUser() {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).role() == Role.USER) {
                return Optional.of(messages.get(i));
            }
        }
        return Optional.empty();
    }

    /** How an answer was asked for. */
    public enum Streaming {
        /** In one piece. */
        NO,
        /** As a stream, with the counts of tokens at its end. */
        WITH_USAGE,
        /** As a stream; the client says nothing of counts, and some engines then send none. */
        WITHOUT_USAGE,
        /** As a stream, with options of the client's own; they are left alone. */
        OWN_OPTIONS
    }
}
