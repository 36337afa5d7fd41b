package io.kvkeep.prompt;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One request's system text, tools and messages, as byte ranges over the body.
 *
 * @param body the request body; shared, not to be changed
 * @param model the model asked for, if the body names one
 * @param messages all messages in the order of the conversation, system ones included
 * @param tools the value of the tools field, if there is one
 * @param takes the fields that may be added: the dialect has them, and the client does not set them
 */
@SuppressWarnings(
        "ArrayRecordComponent") // the body is large and passed from hand to hand; copying it would double the memory
public record Prompt(
        byte[] body, Optional<String> model, List<Message> messages, Optional<Range> tools, Set<Field> takes) {

    /** Makes the collections its own. */
    public Prompt {
        messages = List.copyOf(messages);
        takes = Set.copyOf(takes);
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

    /** Tells whether the conversations of both begin with the same bytes. */
    public boolean startsAs(Prompt other) {
        List<Message> own = conversation();
        List<Message> others = other.conversation();
        if (own.isEmpty() || others.isEmpty()) {
            return own.isEmpty() && others.isEmpty();
        }
        Range one = own.get(0).range();
        Range two = others.get(0).range();
        return Arrays.equals(body, one.start(), one.end(), other.body, two.start(), two.end());
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

    /** A field that may be added to a body. */
    public enum Field {
        /** {@code stream_options.include_usage}: asks for the counts of tokens at the end of a stream. */
        USAGE,
        /** {@code id_slot}: names a slot of the engine. */
        SLOT,
        /** {@code chat_template_kwargs}: sets switches of the chat template. */
        TEMPLATE_SWITCHES
    }
}
