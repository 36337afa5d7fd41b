package io.kvkeep.dialect;

import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Gap;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Message.Call;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Recall;
import io.kvkeep.prompt.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The array {@code messages} as OpenAI chat completions and Ollama chat write it.
 *
 * <p>Longer than most: it is the whole grammar of a message, one short method for each level.
 */
final class ChatMessages {
    private final byte[] body;
    private final JsonCursor cursor;
    private final String reasoningField;
    private final Recall recall;
    private final List<Message> messages = new ArrayList<>();

    /**
     * @param reasoningField the field that an engine reads the model's reasoning from
     * @param recall what earlier prompts hold
     */
    ChatMessages(byte[] body, JsonCursor cursor, String reasoningField, Recall recall) {
        this.body = body;
        this.cursor = cursor;
        this.reasoningField = reasoningField;
        this.recall = recall;
    }

    /** Reads the array that the cursor stands before. */
    List<Message> read() throws NotJson, PromptNotUnderstood {
        if (cursor.peek() != '[') {
            throw new PromptNotUnderstood(Why.OTHER_SHAPE, "messages is no array");
        }
        cursor.enter('[');
        while (cursor.nextElement()) {
            Optional<Message> known = recall.message(messages.size(), cursor, body);
            messages.add(known.isPresent() ? known.get() : message());
        }
        return messages;
    }

    private Message message() throws NotJson, PromptNotUnderstood {
        if (cursor.peek() != '{') {
            throw new PromptNotUnderstood(Why.OTHER_SHAPE, "message " + messages.size() + " is no object");
        }
        int start = cursor.offset();
        Role role = null;
        Range roleRange = new Range(start, start);
        Content content = null;
        int contentEnd = start;
        List<Call> calls = List.of();
        List<Range> images = new ArrayList<>();
        boolean reasoned = false;
        Range empty = null;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("role") && cursor.peek() == '"') {
                Fields.once(role == null, "role");
                JsonString name = cursor.string();
                role = Role.of(name);
                roleRange = name.range();
            } else if (cursor.keyIs("content")) {
                Fields.once(content == null, "content");
                content = content();
                contentEnd = cursor.offset();
            } else if (cursor.keyIs("tool_calls") && cursor.peek() == '[') {
                Fields.once(calls.isEmpty(), "tool_calls");
                calls = calls();
            } else if (cursor.keyIs("images") && cursor.peek() == '[') {
                images.add(cursor.value()); // Ollama keeps them beside the content
            } else if (isReasoning()) {
                boolean own = cursor.keyIs(reasoningField);
                Range value = cursor.value();
                boolean none = body[value.start()] == 'n' || (body[value.start()] == '"' && value.length() == 2);
                reasoned |= !none;
                empty = own ? value : empty;
            } else {
                Fields.skip(cursor);
            }
        }
        Content what = content == null ? Content.NONE : content;
        images.addAll(what.media);
        Role who = role == null ? Role.OTHER : role;
        Range range = new Range(start, cursor.offset());
        boolean takesReasoning = who == Role.ASSISTANT && !reasoned;
        return new Message(
                who,
                roleRange,
                range,
                what.isNone() ? new Range(start, start) : new Range(what.start, contentEnd),
                what.texts,
                images,
                calls,
                what.noteGap(who),
                takesReasoning ? Optional.of(reasoningGap(range, empty)) : Optional.empty());
    }

    private Gap reasoningGap(Range message, @Nullable Range empty) {
        return empty == null
                ? new Gap(new Range(message.end() - 1, message.end() - 1), ",\"" + reasoningField + "\":\"", "\"")
                : new Gap(empty, "\"", "\""); // agents also send the field empty, and it must not be there twice
    }

    /** llama.cpp and SGLang name the field reasoning_content, vLLM reasoning, Ollama and gpt-oss thinking. */
    private boolean isReasoning() {
        return cursor.keyIs("reasoning_content") || cursor.keyIs("reasoning") || cursor.keyIs("thinking");
    }

    private Content content() throws NotJson, PromptNotUnderstood {
        byte first = cursor.peek();
        int start = cursor.offset();
        if (first == '"') {
            return new Content(start, List.of(cursor.string()), List.of(), false);
        }
        if (first != '[') {
            cursor.value();
            return Content.NONE;
        }
        Content parts = new Content(start, new ArrayList<>(), new ArrayList<>(), true);
        cursor.enter('[');
        while (cursor.nextElement()) {
            ContentPart part = ContentPart.read(cursor, type -> type.is("text"));
            if (part.text() != null) {
                parts.texts.add(part.text());
            } else {
                parts.media.add(part.meaning());
            }
        }
        return parts;
    }

    private List<Call> calls() throws NotJson, PromptNotUnderstood {
        List<Call> calls = new ArrayList<>();
        cursor.enter('[');
        while (cursor.nextElement()) {
            if (cursor.peek() != '{') {
                cursor.value();
                continue;
            }
            cursor.enter('{');
            while (cursor.nextMember()) {
                if (cursor.keyIs("function") && cursor.peek() == '{') {
                    calls.add(call());
                } else {
                    Fields.skip(cursor);
                }
            }
        }
        return calls;
    }

    private Call call() throws NotJson, PromptNotUnderstood {
        JsonString name = null;
        Range arguments = null;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("name") && cursor.peek() == '"') {
                Fields.once(name == null, "name");
                name = cursor.string();
            } else if (cursor.keyIs("arguments")) {
                Fields.once(arguments == null, "arguments");
                arguments = cursor.value();
            } else {
                Fields.skip(cursor);
            }
        }
        int end = cursor.offset();
        return new Call(
                name == null ? new JsonString(body, end, end) : name,
                arguments == null ? new Range(end, end) : arguments);
    }

    /** What the content field holds; the lists grow while it is read. */
    private record Content(int start, List<JsonString> texts, List<Range> media, boolean isArray) {
        static final Content NONE = new Content(0, List.of(), List.of(), false);

        boolean isNone() {
            return texts.isEmpty() && !isArray;
        }

        Optional<Gap> noteGap(Role role) {
            if (!texts.isEmpty()) {
                JsonString last = texts.get(texts.size() - 1);
                return Optional.of(Gap.inText(role == Role.TOOL ? last.end() : last.start()));
            }
            int behindBracket = start + 1;
            String end = media.isEmpty() ? "\"}" : "\"},";
            return isArray
                    ? Optional.of(
                            new Gap(new Range(behindBracket, behindBracket), "{\"type\":\"text\",\"text\":\"", end))
                    : Optional.empty();
        }
    }
}
