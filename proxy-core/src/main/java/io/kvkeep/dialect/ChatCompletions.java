package io.kvkeep.dialect;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Choices;
import io.kvkeep.answer.EmittedSoFar;
import io.kvkeep.answer.Framing;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.Prompt.Field;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Recall;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI chat completions, as llama.cpp, Ollama, vLLM, SGLang and LM Studio serve it: {@code messages} with the roles
 * system, developer, user, assistant and tool, contents as a string or as an array of parts, {@code tools} beside them.
 */
final class ChatCompletions implements Dialect.Protocol {

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
    public Prompt parse(byte[] body, Recall recall) throws NotJson, PromptNotUnderstood {
        return new Reader(body, recall).prompt();
    }

    @Override
    public AnswerReader answer(Framing framing, int maxBytes) {
        EmittedSoFar said = new EmittedSoFar(maxBytes);
        Choices answer = new Choices(said, new ChatCompletionsAnswer(framing == Framing.EVENTS, said));
        return AnswerReader.of(framing, answer, maxBytes);
    }

    /** One pass over one body. */
    private static final class Reader {
        private final byte[] body;
        private final JsonCursor cursor;
        private final Recall recall;
        private List<Message> messages = List.of();
        private @Nullable String model;
        private @Nullable Range tools;
        private boolean sawMessages;
        private final Set<Field> takes = EnumSet.allOf(Field.class);
        private boolean streams;

        Reader(byte[] body, Recall recall) {
            this.body = body;
            this.recall = recall;
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
                messages = new ChatMessages(body, cursor, "reasoning_content", recall).read();
            } else if (cursor.keyIs("tools")) {
                Fields.once(tools == null, "tools");
                tools = Fields.tools(cursor, recall);
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
    }
}
