package io.kvkeep.dialect;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Framing;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Gap;
import io.kvkeep.prompt.Message;
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
 * Ollama generate, {@code /api/generate} of Ollama 0.34: one {@code system} text and one {@code prompt}, which count as
 * a system message and one of the user.
 *
 * <p>With {@code raw} or a {@code suffix} the prompt does not pass through a template of messages, so it is only linked
 * and counted. With a {@code context} the conversation so far stands in tokens that nobody but the engine can read; such
 * a request is not read here either.
 */
final class OllamaGenerate implements Dialect.Protocol {

    @Override
    public String id() {
        return "ollama-generate";
    }

    @Override
    public boolean serves(String path) {
        return path.endsWith("/api/generate");
    }

    @Override
    public Prompt parse(byte[] body, Recall recall) throws NotJson, PromptNotUnderstood {
        return new Reader(body).prompt();
    }

    @Override
    public AnswerReader answer(Framing framing, int maxBytes) {
        return AnswerReader.of(framing, new OllamaAnswer(maxBytes), maxBytes);
    }

    /** One pass over one body. */
    private static final class Reader {
        private final byte[] body;
        private final JsonCursor cursor;
        private final List<Range> images = new ArrayList<>();
        private @Nullable JsonString system;
        private @Nullable JsonString text;
        private @Nullable String model;
        private boolean untemplated;

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
            if (text == null) {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "no prompt in the body");
            }
            List<Message> messages = new ArrayList<>();
            if (system != null && !untemplated) {
                messages.add(message(Role.SYSTEM, system, List.of(), Optional.empty()));
            }
            Optional<Gap> note = untemplated ? Optional.empty() : Optional.of(Gap.inText(text.start()));
            messages.add(message(Role.USER, text, images, note));
            return new Prompt(body, Optional.ofNullable(model), messages, Optional.empty(), Set.of());
        }

        private void field() throws NotJson, PromptNotUnderstood {
            if (cursor.keyIs("prompt") && cursor.peek() == '"') {
                Fields.once(text == null, "prompt");
                text = cursor.string();
            } else if (cursor.keyIs("system") && cursor.peek() == '"') {
                Fields.once(system == null, "system");
                system = cursor.string();
            } else if (cursor.keyIs("model") && cursor.peek() == '"') {
                model = cursor.string().text();
            } else if (cursor.keyIs("images") && cursor.peek() == '[') {
                images.add(cursor.value());
            } else if (cursor.keyIs("raw") && cursor.peek() != 'n') {
                untemplated |= cursor.bool();
            } else if (cursor.keyIs("suffix") && cursor.peek() == '"') {
                untemplated |= cursor.string().range().length() > 0;
            } else if (cursor.keyIs("context") && cursor.peek() == '[') {
                if (cursor.value().length() > "[]".length()) {
                    throw new PromptNotUnderstood(Why.STATEFUL, "the context holds what came before");
                }
            } else {
                Fields.skip(cursor);
            }
        }

        private static Message message(Role role, JsonString text, List<Range> images, Optional<Gap> note) {
            Range nowhere = new Range(text.start(), text.start());
            Range quoted = new Range(text.start() - 1, text.end() + 1);
            List<JsonString> texts = List.of(text);
            return new Message(role, nowhere, quoted, quoted, texts, images, List.of(), note, Optional.empty());
        }
    }
}
