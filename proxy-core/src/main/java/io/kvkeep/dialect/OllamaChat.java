package io.kvkeep.dialect;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Framing;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Recall;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ollama chat, {@code /api/chat} of Ollama 0.34: messages as in chat completions, but contents are strings, images stand
 * beside them, reasoning is {@code thinking}, arguments are objects. An answer is a stream of lines unless {@code
 * stream} is false.
 *
 * <p>No field is added: Ollama has none for slots or switches of the template, and always tells its counts.
 */
final class OllamaChat implements Dialect.Protocol {

    @Override
    public String id() {
        return "ollama-chat";
    }

    @Override
    public boolean serves(String path) {
        return path.endsWith("/api/chat");
    }

    @Override
    public AnswerReader answer(Framing framing, int maxBytes) {
        return AnswerReader.of(framing, new OllamaAnswer(maxBytes), maxBytes);
    }

    @Override
    public Prompt parse(byte[] body, Recall recall) throws NotJson, PromptNotUnderstood {
        JsonCursor cursor = new JsonCursor(body, 0, body.length);
        @Nullable List<Message> messages = null;
        @Nullable Range tools = null;
        @Nullable String model = null;
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("messages")) {
                Fields.once(messages == null, "messages");
                messages = new ChatMessages(body, cursor, "thinking", recall).read();
            } else if (cursor.keyIs("tools")) {
                Fields.once(tools == null, "tools");
                tools = Fields.tools(cursor, recall);
            } else if (cursor.keyIs("model") && cursor.peek() == '"') {
                model = cursor.string().text();
            } else {
                Fields.skip(cursor);
            }
        }
        cursor.finish();
        if (messages == null) {
            throw new PromptNotUnderstood(Why.OTHER_SHAPE, "no messages in the body");
        }
        return new Prompt(body, Optional.ofNullable(model), messages, Optional.ofNullable(tools), Set.of());
    }
}
