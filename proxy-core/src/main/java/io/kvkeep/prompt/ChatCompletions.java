package io.kvkeep.prompt;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Framing;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Message.Call;
import io.kvkeep.prompt.Prompt.Streaming;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        return AnswerReader.chatCompletions(framing, maxBytes);
    }

    /** One pass over one body. */
    private static final class Reader {
        private final byte[] body;
        private final JsonCursor cursor;
        private final List<Message> messages = new ArrayList<>();
        private @Nullable String model;
        private @Nullable Range tools;
        private boolean sawMessages;
        private boolean setsTemplate;
        private boolean namesSlot;
        private boolean stream;
        private Streaming whenStreamed = Streaming.WITHOUT_USAGE;

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
            Streaming streaming = stream ? whenStreamed : Streaming.NO;
            return new Prompt(
                    body,
                    Optional.ofNullable(model),
                    messages,
                    Optional.ofNullable(tools),
                    setsTemplate,
                    namesSlot,
                    streaming);
        }

        private void field() throws NotJson, PromptNotUnderstood {
            if (cursor.keyIs("messages")) {
                once(!sawMessages, "messages");
                sawMessages = true;
                messages();
            } else if (cursor.keyIs("tools")) {
                once(tools == null, "tools");
                tools = cursor.value();
            } else if (cursor.keyIs("model") && cursor.peek() == '"') {
                model = cursor.string().text();
            } else if (cursor.keyIs("stream") && cursor.peek() != 'n') {
                stream = streamed();
            } else if (cursor.keyIs("chat_template_kwargs")) {
                setsTemplate = true;
                cursor.value();
            } else if (cursor.keyIs("id_slot")) {
                namesSlot = true;
                cursor.value();
            } else if (cursor.keyIs("stream_options")) {
                streamOptions();
            } else {
                skipField();
            }
        }

        /** Moves over a field that does not matter, if its name shows that. */
        private void skipField() throws NotJson, PromptNotUnderstood {
            if (cursor.keyIsEscaped()) {
                throw new PromptNotUnderstood(Why.AMBIGUOUS, "a field name with an escape at byte " + cursor.offset());
            }
            cursor.value();
        }

        private boolean streamed() throws NotJson, PromptNotUnderstood {
            byte first = cursor.peek();
            if (first != 't' && first != 'f') {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "stream is neither true nor false");
            }
            return cursor.bool();
        }

        private void streamOptions() throws NotJson {
            whenStreamed = Streaming.OWN_OPTIONS;
            if (cursor.peek() != '{') {
                cursor.value();
                return;
            }
            cursor.enter('{');
            while (cursor.nextMember()) {
                if (cursor.keyIs("include_usage") && cursor.peek() == 't') {
                    whenStreamed = Streaming.WITH_USAGE;
                }
                cursor.value();
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
            cursor.enter('{');
            while (cursor.nextMember()) {
                if (cursor.keyIs("role") && cursor.peek() == '"') {
                    once(role == null, "role");
                    JsonString name = cursor.string();
                    role = Role.of(name);
                    roleRange = name.range();
                } else if (cursor.keyIs("content")) {
                    once(content == null, "content");
                    content = content();
                } else if (cursor.keyIs("tool_calls") && cursor.peek() == '[') {
                    once(calls.isEmpty(), "tool_calls");
                    calls = calls();
                } else if (isReasoning() && cursor.peek() == '"') {
                    reasoned |= cursor.string().range().length() > 0;
                } else {
                    skipField();
                }
            }
            Content what = content == null ? Content.NONE : content;
            return new Message(
                    role == null ? Role.OTHER : role,
                    roleRange,
                    new Range(start, cursor.offset()),
                    what.texts,
                    what.media,
                    what.partsStart,
                    calls,
                    reasoned);
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
                    once(text == null, "text");
                    text = cursor.string();
                } else if (cursor.keyIs("type") && cursor.peek() == '"') {
                    isText = cursor.string().is("text");
                } else {
                    skipField();
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
                        skipField();
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
                    once(name == null, "name");
                    name = cursor.string();
                } else if (cursor.keyIs("arguments")) {
                    once(arguments == null, "arguments");
                    arguments = cursor.value();
                } else {
                    skipField();
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
        }

        private static void once(boolean first, String field) throws PromptNotUnderstood {
            if (!first) {
                throw new PromptNotUnderstood(Why.AMBIGUOUS, "field " + field + " is there twice");
            }
        }
    }
}
