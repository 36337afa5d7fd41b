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
import io.kvkeep.prompt.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code input} of OpenAI responses as messages.
 *
 * <p>What the model says in one answer are several items there (reasoning, words, calls), and an engine makes one message
 * of them again; so they are one message here. Each output of a tool is a message of its own, and an item of any other
 * type is one that is never touched.
 *
 * <p>Longer than most: it is the whole grammar of an item, one short method for each level.
 */
final class InputItems {
    /** vLLM 0.32 asks for an id and a summary and reads the content; llama.cpp takes the same. */
    private static final String REASONING = "{\"type\":\"reasoning\",\"id\":\"rs_0\",\"summary\":[],"
            + "\"content\":[{\"type\":\"reasoning_text\",\"text\":\"";

    private final byte[] body;
    private final JsonCursor cursor;
    private final List<Message> messages = new ArrayList<>();
    private @Nullable Answer answer; // none where the last item was not the model's

    InputItems(byte[] body, JsonCursor cursor) {
        this.body = body;
        this.cursor = cursor;
    }

    /** Returns the message of a text that stands alone. */
    static Message plain(Role role, JsonString text) {
        Range nowhere = new Range(text.start(), text.start());
        Range value = new Range(text.start() - 1, text.end() + 1);
        Optional<Gap> note = role == Role.USER ? Optional.of(Gap.inText(text.start())) : Optional.empty();
        return new Message(role, nowhere, value, value, List.of(text), List.of(), List.of(), note, Optional.empty());
    }

    /** Reads the value that the cursor stands before. */
    List<Message> read() throws NotJson, PromptNotUnderstood {
        byte first = cursor.peek();
        if (first == '"') {
            return List.of(plain(Role.USER, cursor.string()));
        }
        if (first != '[') {
            throw new PromptNotUnderstood(Why.OTHER_SHAPE, "input is neither a string nor an array");
        }
        int items = 0;
        cursor.enter('[');
        while (cursor.nextElement()) {
            if (cursor.peek() != '{') {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "input item " + items + " is no object");
            }
            add(item());
            items++;
        }
        endAnswer();
        return messages;
    }

    private void add(Item item) {
        if (item.isOf("message")) {
            Role role = item.role == null ? Role.OTHER : Role.of(item.role);
            if (role == Role.ASSISTANT) {
                answerWith(item).words(item.content);
            } else {
                message(role == Role.TOOL ? Role.OTHER : role, item, item.content);
            }
        } else if (item.isOf("reasoning")) {
            answerWith(item).reasoned = true;
        } else if (item.isOf("function_call")) {
            answerWith(item).calls.add(item.call(body, item.arguments));
        } else if (item.isOf("custom_tool_call")) {
            answerWith(item).calls.add(item.call(body, item.input));
        } else if (item.isOf("function_call_output") || item.isOf("custom_tool_call_output")) {
            message(Role.TOOL, item, item.output);
        } else {
            message(Role.OTHER, item, null);
        }
    }

    private void message(Role role, Item item, @Nullable Content given) {
        endAnswer();
        Content content = given == null || role == Role.OTHER ? Content.none(item.start) : given;
        messages.add(new Message(
                role,
                item.role == null ? new Range(item.start, item.start) : item.role.range(),
                new Range(item.start, item.end),
                content.range,
                content.texts,
                content.media,
                List.of(),
                role == Role.USER || role == Role.TOOL ? content.noteGap(role) : Optional.empty(),
                Optional.empty()));
    }

    private Answer answerWith(Item item) {
        Answer open = answer == null ? new Answer(item.start) : answer;
        open.end = item.end;
        answer = open;
        return open;
    }

    private void endAnswer() {
        if (answer != null) {
            messages.add(answer.message());
            answer = null;
        }
    }

    private Item item() throws NotJson, PromptNotUnderstood {
        Item item = new Item(cursor.offset());
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("type") && cursor.peek() == '"') {
                Fields.once(item.type == null, "type");
                item.type = cursor.string();
            } else if (cursor.keyIs("role") && cursor.peek() == '"') {
                Fields.once(item.role == null, "role");
                item.role = cursor.string();
            } else if (cursor.keyIs("name") && cursor.peek() == '"') {
                Fields.once(item.name == null, "name");
                item.name = cursor.string();
            } else if (cursor.keyIs("content")) {
                Fields.once(item.content == null, "content");
                item.content = content();
            } else if (cursor.keyIs("output")) {
                Fields.once(item.output == null, "output");
                item.output = content();
            } else if (cursor.keyIs("arguments")) {
                Fields.once(item.arguments == null, "arguments");
                item.arguments = cursor.value();
            } else if (cursor.keyIs("input")) {
                Fields.once(item.input == null, "input");
                item.input = cursor.value();
            } else {
                Fields.skip(cursor);
            }
        }
        item.end = cursor.offset();
        return item;
    }

    private Content content() throws NotJson, PromptNotUnderstood {
        byte first = cursor.peek();
        int start = cursor.offset();
        List<JsonString> texts = new ArrayList<>();
        List<Range> media = new ArrayList<>();
        if (first == '"') {
            texts.add(cursor.string());
        } else if (first == '[') {
            cursor.enter('[');
            while (cursor.nextElement()) {
                ContentPart part = ContentPart.read(cursor, InputItems::isText);
                if (part.text() != null) {
                    texts.add(part.text());
                } else {
                    media.add(part.meaning());
                }
            }
        } else {
            cursor.value();
            return Content.none(start);
        }
        return new Content(new Range(start, cursor.offset()), first == '[', texts, media);
    }

    private static boolean isText(JsonString type) {
        return type.is("input_text") || type.is("output_text") || type.is("text");
    }

    /** One item; its fields may stand in any order. */
    private static final class Item {
        final int start;
        int end;

        @Nullable
        JsonString type;

        @Nullable
        JsonString role;

        @Nullable
        JsonString name;

        @Nullable
        Range arguments;

        @Nullable
        Range input;

        @Nullable
        Content content;

        @Nullable
        Content output;

        Item(int start) {
            this.start = start;
        }

        /** Tells the type; a message needs none. */
        boolean isOf(String wanted) {
            return type == null ? role != null && wanted.equals("message") : type.is(wanted);
        }

        Call call(byte[] body, @Nullable Range given) {
            return new Call(
                    name == null ? new JsonString(body, end, end) : name, given == null ? new Range(end, end) : given);
        }
    }

    /** What the model said in one answer. */
    private static final class Answer {
        final int start;
        int end;
        final List<JsonString> texts = new ArrayList<>();
        final List<Range> media = new ArrayList<>();
        final List<Call> calls = new ArrayList<>();
        Range content;
        boolean reasoned;

        Answer(int start) {
            this.start = start;
            this.content = new Range(start, start);
        }

        void words(@Nullable Content given) {
            if (given != null) {
                // Words in two items stand nowhere as a whole.
                boolean first = texts.isEmpty() && media.isEmpty();
                content = first ? given.range : new Range(start, start);
                texts.addAll(given.texts);
                media.addAll(given.media);
            }
        }

        Message message() {
            Range before = new Range(start, start);
            return new Message(
                    Role.ASSISTANT,
                    before,
                    new Range(start, end),
                    content,
                    texts,
                    media,
                    calls,
                    Optional.empty(),
                    reasoned ? Optional.empty() : Optional.of(new Gap(before, REASONING, "\"}]},")));
        }
    }

    /** What a content or an output holds. */
    private record Content(Range range, boolean isArray, List<JsonString> texts, List<Range> media) {
        static Content none(int at) {
            return new Content(new Range(at, at), false, List.of(), List.of());
        }

        Optional<Gap> noteGap(Role role) {
            if (!texts.isEmpty()) {
                JsonString last = texts.get(texts.size() - 1);
                return Optional.of(Gap.inText(role == Role.TOOL ? last.end() : last.start()));
            }
            int first = range.start() + 1;
            String end = media.isEmpty() ? "\"}" : "\"},";
            return isArray
                    ? Optional.of(new Gap(new Range(first, first), "{\"type\":\"input_text\",\"text\":\"", end))
                    : Optional.empty();
        }
    }
}
