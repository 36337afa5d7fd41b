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
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Recall;
import io.kvkeep.prompt.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic messages, as llama.cpp, Ollama, vLLM, SGLang and LM Studio serve it: {@code system} beside {@code messages},
 * whose contents are a string or an array of blocks.
 *
 * <p>The prompt shows what an engine makes of it: the system text before all messages wherever it stands in the body,
 * each result of a tool as a message of its own, and the other blocks around it as messages of the user. The model's
 * reasoning is in the hands of the client, which sends it back signed, so it has no place here.
 */
/*
 * Over the usual length: it is the whole grammar of a request in this dialect, one short method for each level.
 */
final class Messages implements Dialect.Protocol {
    private static final String TEXT_BLOCK = "{\"type\":\"text\",\"text\":\"";

    @Override
    public String id() {
        return "messages";
    }

    @Override
    public boolean serves(String path) {
        return path.endsWith("/v1/messages"); // other protocols have messages too, such as /v1/threads/x/messages
    }

    @Override
    public Prompt parse(byte[] body, Recall recall) throws NotJson, PromptNotUnderstood {
        return new Reader(body).prompt();
    }

    @Override
    public AnswerReader answer(Framing framing, int maxBytes) {
        return AnswerReader.of(framing, new MessagesAnswer(framing == Framing.EVENTS, maxBytes), maxBytes);
    }

    /** One pass over one body. */
    private static final class Reader {
        private final byte[] body;
        private final JsonCursor cursor;
        private final List<Message> messages = new ArrayList<>();
        private @Nullable Message system;
        private @Nullable String model;
        private @Nullable Range tools;
        private boolean sawMessages;
        private boolean sawSystem;

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
            if (system != null) {
                messages.add(0, system);
            }
            return new Prompt(body, Optional.ofNullable(model), messages, Optional.ofNullable(tools), Set.of());
        }

        private void field() throws NotJson, PromptNotUnderstood {
            if (cursor.keyIs("messages")) {
                Fields.once(!sawMessages, "messages");
                sawMessages = true;
                if (cursor.peek() != '[') {
                    throw new PromptNotUnderstood(Why.OTHER_SHAPE, "messages is no array");
                }
                cursor.enter('[');
                while (cursor.nextElement()) {
                    message();
                }
            } else if (cursor.keyIs("system")) {
                Fields.once(!sawSystem, "system");
                sawSystem = true;
                system(cursor.value());
            } else if (cursor.keyIs("tools")) {
                Fields.once(tools == null, "tools");
                tools = cursor.value();
            } else if (cursor.keyIs("model") && cursor.peek() == '"') {
                model = cursor.string().text();
            } else {
                Fields.skip(cursor);
            }
        }

        private void system(Range value) throws NotJson, PromptNotUnderstood {
            byte first = body[value.start()];
            if (first != '"' && first != '[' && first != 'n') {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "system is neither a text nor an array of blocks");
            }
            if (first != 'n') {
                system = plain(Role.SYSTEM, nothingAt(value.start()), value, value);
            }
        }

        private void message() throws NotJson, PromptNotUnderstood {
            if (cursor.peek() != '{') {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "message " + messages.size() + " is no object");
            }
            int start = cursor.offset();
            Role role = null;
            Range roleRange = nothingAt(start);
            Range content = null;
            cursor.enter('{');
            while (cursor.nextMember()) {
                if (cursor.keyIs("role") && cursor.peek() == '"') {
                    Fields.once(role == null, "role");
                    JsonString name = cursor.string();
                    role = Role.of(name);
                    roleRange = name.range();
                } else if (cursor.keyIs("content")) {
                    Fields.once(content == null, "content");
                    content = cursor.value();
                } else {
                    Fields.skip(cursor);
                }
            }
            Range range = new Range(start, cursor.offset());
            Range said = content == null ? nothingAt(start) : content;
            switch (role == null ? Role.OTHER : role) {
                case SYSTEM, DEVELOPER -> messages.add(plain(Role.SYSTEM, roleRange, range, said));
                case USER -> user(roleRange, range, said);
                case ASSISTANT -> messages.add(assistant(roleRange, range, said));
                case TOOL, OTHER -> messages.add(nothing(Role.OTHER, roleRange, range));
            }
        }

        private static Message nothing(Role role, Range roleRange, Range range) {
            return new Message(
                    role,
                    roleRange,
                    range,
                    nothingAt(range.start()),
                    List.of(),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty());
        }

        /** Returns a message of texts that carries no note. */
        private Message plain(Role role, Range roleRange, Range range, Range content)
                throws NotJson, PromptNotUnderstood {
            Texts texts = Texts.in(body, content);
            return new Message(
                    role,
                    roleRange,
                    range,
                    content,
                    texts.texts,
                    texts.media,
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    texts.parts);
        }

        private void user(Range roleRange, Range range, Range content) throws NotJson, PromptNotUnderstood {
            List<Block> blocks = Block.all(body, content);
            if (blocks.stream().noneMatch(block -> block.is("tool_result"))) {
                messages.add(user(roleRange, range, content, Texts.in(body, content)));
                return;
            }
            List<Block> run = new ArrayList<>();
            for (Block block : blocks) {
                if (block.is("tool_result")) {
                    run(run);
                    messages.add(result(block));
                } else {
                    run.add(block);
                }
            }
            run(run);
        }

        /** Adds blocks around the results of tools as a message of the user. */
        private void run(List<Block> run) {
            if (!run.isEmpty()) {
                int start = run.get(0).range.start();
                Range range = new Range(start, run.get(run.size() - 1).range.end());
                messages.add(user(nothingAt(start), range, nothingAt(start), Texts.of(run, start)));
                run.clear();
            }
        }

        private static Message user(Range roleRange, Range range, Range content, Texts texts) {
            return new Message(
                    Role.USER,
                    roleRange,
                    range,
                    content,
                    texts.texts,
                    texts.media,
                    List.of(),
                    texts.isEmpty()
                            ? texts.newText()
                            : Optional.of(Gap.inText(texts.last().start())),
                    Optional.empty());
        }

        private Message result(Block block) throws NotJson, PromptNotUnderstood {
            Range range = block.range;
            Texts texts = block.content == null ? Texts.NONE : Texts.in(body, block.content);
            int end = range.end() - 1;
            Optional<Gap> gap = block.content == null
                    ? Optional.of(new Gap(nothingAt(end), ",\"content\":\"", "\"")) // a tool may say nothing at all
                    : texts.isEmpty()
                            ? texts.newText()
                            : Optional.of(Gap.inText(texts.last().end()));
            return new Message(
                    Role.TOOL,
                    nothingAt(range.start()),
                    range,
                    block.content == null ? nothingAt(end) : block.content,
                    texts.texts,
                    texts.media,
                    List.of(),
                    gap,
                    Optional.empty());
        }

        private Message assistant(Range roleRange, Range range, Range content) throws NotJson, PromptNotUnderstood {
            List<Block> words = new ArrayList<>();
            List<Call> calls = new ArrayList<>();
            for (Block block : Block.all(body, content)) {
                if (block.is("tool_use")) {
                    calls.add(block.call(body));
                } else if (!block.is("thinking") && !block.is("redacted_thinking")) {
                    words.add(block);
                }
            }
            Texts texts = body[content.start()] == '"' ? Texts.in(body, content) : Texts.of(words, -1);
            return new Message(
                    Role.ASSISTANT,
                    roleRange,
                    range,
                    content,
                    texts.texts,
                    texts.media,
                    calls,
                    Optional.empty(),
                    Optional.empty());
        }

        private static Range nothingAt(int offset) {
            return new Range(offset, offset);
        }
    }

    /**
     * One block of a content.
     *
     * @param range the whole block
     * @param meaning the block without a {@code cache_control} at its end, where clients put it and take it away again
     */
    private record Block(
            Range range,
            Range meaning,
            @Nullable JsonString type,
            @Nullable JsonString text,
            @Nullable JsonString name,
            @Nullable Range input,
            @Nullable Range content) {

        /** Returns the blocks of a content; none if it is no array. */
        static List<Block> all(byte[] body, Range content) throws NotJson, PromptNotUnderstood {
            List<Block> blocks = new ArrayList<>();
            if (content.length() == 0 || body[content.start()] != '[') {
                return blocks;
            }
            JsonCursor cursor = new JsonCursor(body, content.start(), content.end());
            cursor.enter('[');
            while (cursor.nextElement()) {
                blocks.add(read(cursor));
            }
            return blocks;
        }

        private static Block read(JsonCursor cursor) throws NotJson, PromptNotUnderstood {
            if (cursor.peek() != '{') {
                Range value = cursor.value();
                return new Block(value, value, null, null, null, null, null);
            }
            int start = cursor.offset();
            int meaningEnd = start + 1;
            JsonString type = null;
            JsonString text = null;
            JsonString name = null;
            Range input = null;
            Range content = null;
            cursor.enter('{');
            while (cursor.nextMember()) {
                boolean isText = cursor.peek() == '"';
                if (cursor.keyIs("type") && isText) {
                    Fields.once(type == null, "type");
                    type = cursor.string();
                } else if (cursor.keyIs("text") && isText) {
                    Fields.once(text == null, "text");
                    text = cursor.string();
                } else if (cursor.keyIs("name") && isText) {
                    Fields.once(name == null, "name");
                    name = cursor.string();
                } else if (cursor.keyIs("input")) {
                    Fields.once(input == null, "input");
                    input = cursor.value();
                } else if (cursor.keyIs("content")) {
                    Fields.once(content == null, "content");
                    content = cursor.value();
                } else if (cursor.keyIs("cache_control")) {
                    cursor.value();
                    continue;
                } else {
                    Fields.skip(cursor);
                }
                meaningEnd = cursor.offset();
            }
            Range range = new Range(start, cursor.offset());
            return new Block(range, new Range(start, meaningEnd), type, text, name, input, content);
        }

        boolean is(String wanted) {
            return type != null && type.is(wanted);
        }

        Call call(byte[] body) {
            int end = range.end();
            return new Call(
                    name == null ? new JsonString(body, end, end) : name, input == null ? new Range(end, end) : input);
        }
    }

    /**
     * The texts of a content, and the blocks that are none.
     *
     * @param parts the block around each text; empty for a plain string
     * @param blocksStart where a block can be put before all others; -1 where none can
     */
    private record Texts(List<JsonString> texts, List<Range> parts, List<Range> media, int blocksStart) {
        static final Texts NONE = new Texts(List.of(), List.of(), List.of(), -1);

        static Texts in(byte[] body, Range content) throws NotJson, PromptNotUnderstood {
            byte first = content.length() == 0 ? 0 : body[content.start()];
            if (first == '"') {
                JsonString text = new JsonString(body, content.start() + 1, content.end() - 1);
                return new Texts(List.of(text), List.of(), List.of(), -1);
            }
            return first == '[' ? of(Block.all(body, content), content.start() + 1) : NONE;
        }

        static Texts of(List<Block> blocks, int blocksStart) {
            Texts all = new Texts(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), blocksStart);
            for (Block block : blocks) {
                if (block.text != null && block.is("text")) {
                    all.texts.add(block.text);
                    all.parts.add(block.range);
                } else {
                    all.media.add(block.meaning);
                }
            }
            return all;
        }

        boolean isEmpty() {
            return texts.isEmpty();
        }

        JsonString last() {
            return texts.get(texts.size() - 1);
        }

        /** Returns where a text can be put if there is none. */
        Optional<Gap> newText() {
            return blocksStart < 0
                    ? Optional.empty()
                    : Optional.of(
                            new Gap(new Range(blocksStart, blocksStart), TEXT_BLOCK, media.isEmpty() ? "\"}" : "\"},"));
        }
    }
}
