package io.kvkeep.breaks;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.Role;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the model said between two requests, as far as the later one repeats it. */
final class AnswerBetween {
    private AnswerBetween() {}

    /** Returns the answer that stands where the earlier conversation ends; empty if there is none. */
    static Optional<Emitted> of(String path, byte[] earlier, byte[] later) {
        Dialect dialect = Dialect.of("POST", path).orElseThrow();
        try {
            int at = dialect.read(earlier).conversation().size();
            Prompt prompt = dialect.read(later);
            List<Message> messages = prompt.conversation();
            return at < messages.size() && messages.get(at).role() == Role.ASSISTANT
                    ? Optional.of(emitted(prompt.body(), messages.get(at)))
                    : Optional.empty();
        } catch (PromptNotUnderstood | NotJson e) {
            return Optional.empty();
        }
    }

    private static Emitted emitted(byte[] body, Message message) throws NotJson {
        StringBuilder text = new StringBuilder();
        for (JsonString part : message.texts()) {
            text.append(part.text());
        }
        List<Emitted.Call> calls = new ArrayList<>();
        for (Message.Call call : message.calls()) {
            Range arguments = call.arguments();
            String spelled = body[arguments.start()] == '"'
                    ? new JsonCursor(body, arguments.start(), arguments.end())
                            .string()
                            .text()
                    : new String(body, arguments.start(), arguments.length(), StandardCharsets.UTF_8);
            calls.add(new Emitted.Call(call.name().text(), spelled));
        }
        return new Emitted(text.toString(), "", calls);
    }
}
