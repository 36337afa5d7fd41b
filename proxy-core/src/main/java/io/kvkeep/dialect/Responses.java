package io.kvkeep.dialect;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Framing;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
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
 * OpenAI responses, as llama.cpp, Ollama, vLLM, SGLang and LM Studio serve it: {@code instructions}, which count as the
 * first system message wherever they stand, and {@code input} as a string or as an array of items.
 *
 * <p>Where a body goes on with what the engine keeps, by {@code previous_response_id} or {@code conversation}, most of the
 * prompt is not in it; it passes as it is. Engines tell the counts of tokens in every answer, so no field is ever added.
 */
final class Responses implements Dialect.Protocol {

    @Override
    public String id() {
        return "responses";
    }

    @Override
    public boolean serves(String path) {
        // What is behind the path (an id, cancel, input_items, compact) holds no prompt.
        return path.endsWith("/responses");
    }

    @Override
    public Prompt parse(byte[] body, Recall recall) throws NotJson, PromptNotUnderstood {
        return new Reader(body).prompt();
    }

    @Override
    public AnswerReader answer(Framing framing, int maxBytes) {
        // The last event, like the plain answer, holds all that was said and repeats tools and instructions besides.
        int maxJsonBytes = (int) Math.min(Integer.MAX_VALUE, 2L * maxBytes);
        return AnswerReader.of(framing, new ResponsesAnswer(framing == Framing.EVENTS, maxBytes), maxJsonBytes);
    }

    /** One pass over one body. */
    private static final class Reader {
        private final byte[] body;
        private final JsonCursor cursor;
        private @Nullable String model;
        private @Nullable JsonString instructions;
        private @Nullable List<Message> input;
        private @Nullable Range tools;

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
            if (input == null) {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "no input in the body");
            }
            List<Message> messages = new ArrayList<>();
            // llama.cpp makes a message of empty ones, which is no place to put anything into.
            if (instructions != null && instructions.range().length() > 0) {
                messages.add(InputItems.plain(Role.SYSTEM, instructions));
            }
            messages.addAll(input);
            return new Prompt(body, Optional.ofNullable(model), messages, Optional.ofNullable(tools), Set.of());
        }

        private void field() throws NotJson, PromptNotUnderstood {
            if (cursor.keyIs("input")) {
                Fields.once(input == null, "input");
                input = new InputItems(body, cursor).read();
            } else if (cursor.keyIs("instructions") && cursor.peek() != 'n') {
                Fields.once(instructions == null, "instructions");
                instructions = instructions();
            } else if (cursor.keyIs("tools")) {
                Fields.once(tools == null, "tools");
                tools = cursor.value();
            } else if (cursor.keyIs("model") && cursor.peek() == '"') {
                model = cursor.string().text();
            } else if (cursor.keyIs("previous_response_id") || cursor.keyIs("conversation")) {
                if (cursor.peek() != 'n') {
                    throw new PromptNotUnderstood(Why.STATEFUL, "the engine keeps what came before");
                }
                cursor.value();
            } else {
                Fields.skip(cursor);
            }
        }

        private JsonString instructions() throws NotJson, PromptNotUnderstood {
            if (cursor.peek() != '"') {
                throw new PromptNotUnderstood(Why.OTHER_SHAPE, "instructions is no string");
            }
            return cursor.string();
        }
    }
}
