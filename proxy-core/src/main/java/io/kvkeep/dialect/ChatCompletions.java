package io.kvkeep.dialect;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Framing;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Gap;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Message.Call;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.Prompt.Field;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI chat completions, as llama.cpp, Ollama, vLLM, SGLang and LM Studio serve it: {@code messages} with the roles
 * system, developer, user, assistant and tool, contents as a string or as an array of parts, {@code tools} beside them.
 */
final class ChatCompletions implements Dialect {

    @Override
    public String id() {
        return "chat-completions";
    }

    @Override
    public boolean serves(String path) {
        // Engines stand behind /v1, /api/v0 (LM Studio) or a prefix of the user's own.
        return path.endsWith("/chat/completions");
    }

    @Override
    public Prompt read(byte[] body) throws PromptNotUnderstood {
        try {
            return new Reader(body).prompt();
        } catch (NotJson e) {
            throw new PromptNotUnderstood(Why.NOT_JSON, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public AnswerReader answer(Framing framing, int maxBytes) {
        return AnswerReader.of(framing, new ChatCompletionsAnswer(framing == Framing.EVENTS, maxBytes), maxBytes);
    }

    /** One pass over one body. */
    private static final class Reader {
        private final byte[] body;
        private final JsonCursor cursor;
        private final List<Message> messages = new ArrayList<>();
        private @Nullable String model;
        private @Nullable Range tools;
        private boolean sawMessages;
        private final Set<Field> takes = EnumSet.allOf(Field.class);
        private boolean streams;

        Reader(byte[] body) {
            this.body = body;
            this.cursor = new JsonCursor(body, 0, body.length);
        }

        Prompt prompt() throws NotJson, PromptNotUnderstood {
            cursor.enter('{');
            while (cursor.nextMember()) {
                field();
            }
            cursor.finish();
            if (!sawMessages) {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "no messages in the body");
            }
            if (!streams) {
                takes.remove(Field.USAGE); // a plain answer tells its counts
            }
            return new Prompt(body, Optional.ofNullable(model), messages, Optional.ofNullable(tools), takes);
        }

        private void field() throws NotJson, PromptNotUnderstood {
            if (cursor.keyIs("messages")) {
                Fields.once(!sawMessages, "messages");
                sawMessages = true;
                messages();
            } else if (cursor.keyIs("tools")) {
                Fields.once(tools == null, "tools");
                tools = cursor.value();
            } else if (cursor.keyIs("model") && cursor.peek() == '"') {
                model = cursor.string().text();
            } else if (cursor.keyIs("stream") && cursor.peek() != 'n') {
                streams = Fields.streams(cursor);
            } else if (cursor.keyIs("chat_template_kwargs")) {
                takes.remove(Field.TEMPLATE_SWITCHES);
                cursor.value();
            } else if (cursor.keyIs("id_slot")) {
                takes.remove(Field.SLOT);
                cursor.value();
            } else if (cursor.keyIs("stream_options")) {
                takes.remove(Field.USAGE);
                cursor.value();
            } else {
                Fields.skip(cursor);
            }
        }

        private void messages() throws NotJson, PromptNotUnderstood {
            if (cursor.peek() != '[') {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "messages is no array");
            }
            cursor.enter('[');
            while (cursor.nextElement()) {
                messages.add(message());
            }
        }

        private Message message() throws NotJson, PromptNotUnderstood {
            if (cursor.peek() != '{') {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "message " + messages.size() + " is no object");
            }
            int start = cursor.offset();
            Role role = null;
            Range roleRange = new Range(start, start);
            Content content = null;
            List<Call> calls = List.of();
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
                } else if (cursor.keyIs("tool_calls") && cursor.peek() == '[') {
                    Fields.once(calls.isEmpty(), "tool_calls");
                    calls = calls();
                } else if (isReasoning()) {
                    boolean own = cursor.keyIs("reasoning_content");
                    Range value = cursor.value();
                    boolean none = body[value.start()] == 'n' || (body[value.start()] == '"' && value.length() == 2);
                    reasoned |= !none;
                    empty = own ? value : empty;
                } else {
                    Fields.skip(cursor);
                }
            }
            Content what = content == null ? Content.NONE : content;
            Role who = role == null ? Role.OTHER : role;
            Range range = new Range(start, cursor.offset());
            boolean takesReasoning = who == Role.ASSISTANT && !reasoned;
            return new Message(
                    who,
                    roleRange,
                    range,
                    what.texts,
                    what.media,
                    calls,
                    what.noteGap(who),
                    takesReasoning ? Optional.of(reasoningGap(range, empty)) : Optional.empty());
        }

        /** llama.cpp and SGLang name the field so, and vLLM takes that name too. */
        private static Gap reasoningGap(Range message, @Nullable Range empty) {
            return empty == null
                    ? new Gap(new Range(message.end() - 1, message.end() - 1), ",\"reasoning_content\":\"", "\"")
                    : new Gap(empty, "\"", "\""); // agents also send the field empty, and it must not be there twice
        }

        /** llama.cpp and SGLang name the field reasoning_content, vLLM reasoning, Ollama and gpt-oss thinking. */
        private boolean isReasoning() {
            return cursor.keyIs("reasoning_content") || cursor.keyIs("reasoning") || cursor.keyIs("thinking");
        }

        private Content content() throws NotJson, PromptNotUnderstood {
            byte first = cursor.peek();
            if (first == '"') {
                return new Content(List.of(cursor.string()), List.of(), -1);
            }
            if (first != '[') {
                cursor.value();
                return Content.NONE;
            }
            Content parts = new Content(new ArrayList<>(), new ArrayList<>(), cursor.offset() + 1);
            cursor.enter('[');
            while (cursor.nextElement()) {
                if (cursor.peek() == '{') {
                    part(parts);
                } else {
                    parts.media.add(cursor.value());
                }
            }
            return parts;
        }

        private void part(Content parts) throws NotJson, PromptNotUnderstood {
            int start = cursor.offset();
            JsonString text = null;
            boolean isText = true;
            cursor.enter('{');
            while (cursor.nextMember()) {
                if (cursor.keyIs("text") && cursor.peek() == '"') {
                    Fields.once(text == null, "text");
                    text = cursor.string();
                } else if (cursor.keyIs("type") && cursor.peek() == '"') {
                    isText = cursor.string().is("text");
                } else {
                    Fields.skip(cursor);
                }
            }
            if (isText && text != null) {
                parts.texts.add(text);
            } else {
                parts.media.add(new Range(start, cursor.offset()));
            }
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
        private record Content(List<JsonString> texts, List<Range> media, int partsStart) {
            static final Content NONE = new Content(List.of(), List.of(), -1);

            Optional<Gap> noteGap(Role role) {
                if (!texts.isEmpty()) {
                    boolean behind = role == Role.TOOL;
                    int last = texts.size() - 1;
                    return Optional.of(Gap.inText(
                            behind ? texts.get(last).end() : texts.get(0).start()));
                }
                String end = media.isEmpty() ? "\"}" : "\"},";
                return partsStart < 0
                        ? Optional.empty()
                        : Optional.of(
                                new Gap(new Range(partsStart, partsStart), "{\"type\":\"text\",\"text\":\"", end));
            }
        }
    }
}
