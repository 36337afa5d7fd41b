package io.kvkeep.dialect;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Choices;
import io.kvkeep.answer.EmittedSoFar;
import io.kvkeep.answer.Framing;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.Prompt.Field;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Recall;
import io.kvkeep.prompt.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI completions: a {@code prompt} that the client has put together itself, or the code before a cursor.
 *
 * <p>Nothing can be moved in such a text, so it counts as one message of the user that takes no note.
 */
final class Completions implements Dialect.Protocol {

    @Override
    public String id() {
        return "completions";
    }

    @Override
    public boolean serves(String path) {
        return path.endsWith("/completions") && !path.endsWith("/chat/completions");
    }

    @Override
    public Prompt parse(byte[] body, Recall recall) throws NotJson, PromptNotUnderstood {
        return new Reader(body).prompt();
    }

    @Override
    public AnswerReader answer(Framing framing, int maxBytes) {
        EmittedSoFar said = new EmittedSoFar(maxBytes);
        Choices.Words words = cursor -> {
            boolean speaks = cursor.keyIs("text") && cursor.peek() != 'n';
            if (speaks) {
                said.text(cursor.string());
            }
            return speaks;
        };
        return AnswerReader.of(framing, new Choices(said, words), maxBytes);
    }

    /** One pass over one body. */
    private static final class Reader {
        private final byte[] body;
        private final JsonCursor cursor;
        private final Set<Field> takes = EnumSet.of(Field.USAGE);
        private @Nullable String model;
        private @Nullable JsonString text;
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
            if (text == null) {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "no prompt in the body");
            }
            if (!streams) {
                takes.remove(Field.USAGE); // a plain answer tells its counts
            }
            return new Prompt(body, Optional.ofNullable(model), List.of(message(text)), Optional.empty(), takes);
        }

        private static Message message(JsonString text) {
            Range value = new Range(text.start() - 1, text.end() + 1);
            return new Message(
                    Role.USER,
                    new Range(text.start(), text.start()),
                    value,
                    value,
                    List.of(text),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty());
        }

        private void field() throws NotJson, PromptNotUnderstood {
            if (cursor.keyIs("prompt")) {
                Fields.once(text == null, "prompt");
                text = text();
            } else if (cursor.keyIs("model") && cursor.peek() == '"') {
                model = cursor.string().text();
            } else if (cursor.keyIs("stream") && cursor.peek() != 'n') {
                streams = Fields.streams(cursor);
            } else if (cursor.keyIs("stream_options")) {
                takes.remove(Field.USAGE);
                cursor.value();
            } else {
                Fields.skip(cursor);
            }
        }

        private JsonString text() throws NotJson, PromptNotUnderstood {
            byte first = cursor.peek();
            if (first == '[') {
                throw new PromptNotUnderstood(Why.NO_ONE_TEXT, "prompt is an array of prompts or of tokens");
            }
            if (first != '"') {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "prompt is neither a string nor an array");
            }
            return cursor.string();
        }
    }
}
