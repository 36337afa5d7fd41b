package io.kvkeep.plan;

import io.kvkeep.answer.Emitted;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Message;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives an answer back in the bytes in which the model said it: those are what the engine's cache holds. */
final class Restoration {
    private static final String THINK = "<think>";

    /** llama.cpp and SGLang name the field so, and vLLM takes that name too. */
    private static final byte[] REASONING = ",\"reasoning_content\":\"".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] QUOTE = {'"'};

    private Restoration() {}

    /**
     * Returns the edits that turn a message into what the model said.
     *
     * @param message the answer as the agent sends it; equal to {@code emitted} in its canonical form
     * @param reasoning whether reasoning that the agent leaves out comes back too
     */
    static List<Edit> of(byte[] body, Message message, Emitted emitted, boolean reasoning) throws NotJson {
        List<Edit> edits = new ArrayList<>();
        if (reasoning && !message.reasoned() && !emitted.reasoning().isEmpty()) {
            reasoning(body, message, emitted.reasoning()).ifPresent(edits::add);
        }
        if (message.texts().size() == 1) {
            JsonString text = message.texts().get(0);
            String came = text.text();
            boolean thinks = emitted.text().stripLeading().startsWith(THINK);
            // Reasoning in the words: whether the template keeps it is another question than how it is spelled.
            if (!came.equals(emitted.text()) && thinks == came.stripLeading().startsWith(THINK)) {
                edits.add(restore(text.range(), emitted.text(), "text"));
            }
        }
        for (int i = 0; i < message.calls().size() && i < emitted.calls().size(); i++) {
            Range value = message.calls().get(i).arguments();
            String arguments = emitted.calls().get(i).arguments();
            if (value.length() >= 2 && body[value.start()] == '"') {
                JsonString came = new JsonString(body, value.start() + 1, value.end() - 1);
                if (!came.text().equals(arguments)) {
                    edits.add(restore(came.range(), arguments, "arguments"));
                }
            }
        }
        return edits;
    }

    /** Returns the edit that adds reasoning; agents also send the field empty, and it must not be there twice. */
    private static Optional<Edit> reasoning(byte[] body, Message message, String emitted) throws NotJson {
        Range value = new Range(message.range().end() - 1, message.range().end() - 1);
        byte[] opening = REASONING;
        JsonCursor cursor =
                new JsonCursor(body, message.range().start(), message.range().end());
        cursor.enter('{');
        while (cursor.nextMember()) {
            boolean known = cursor.keyIs("reasoning_content");
            boolean empty = cursor.peek() == 'n' || cursor.peek() == '"';
            Range member = cursor.value();
            if (known && !empty) {
                return Optional.empty();
            }
            if (known) {
                value = member;
                opening = QUOTE;
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(emitted.length() + 32);
        out.writeBytes(opening);
        out.writeBytes(JsonString.escape(emitted));
        out.writeBytes(QUOTE);
        return Optional.of(new Edit(value, out.toByteArray(), Reason.RESTORE_ANSWER, "reasoning"));
    }

    private static Edit restore(Range range, String emitted, String subject) {
        return new Edit(range, JsonString.escape(emitted), Reason.RESTORE_ANSWER, subject);
    }
}
