package io.kvkeep.plan;

import io.kvkeep.answer.Emitted;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Gap;
import io.kvkeep.prompt.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Gives an answer back in the bytes in which the model said it: those are what the engine's cache holds. */
final class Restoration {
    private static final String THINK = "<think>";

    private Restoration() {}

    /**
     * Returns the edits that turn a message into what the model said.
     *
     * @param message the answer as the agent sends it; equal to {@code emitted} in its canonical form
     * @param reasoning whether reasoning that the agent leaves out comes back too
     */
    static List<Edit> of(byte[] body, Message message, Emitted emitted, boolean reasoning) throws NotJson {
        List<Edit> edits = new ArrayList<>();
        Optional<Gap> gap = message.reasoningGap();
        if (reasoning && gap.isPresent() && !emitted.reasoning().isEmpty()) {
            byte[] filled = gap.get().filled(JsonString.escape(emitted.reasoning()));
            edits.add(new Edit(gap.get().range(), filled, Reason.RESTORE_ANSWER, "reasoning"));
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
            arguments(
                            body,
                            message.calls().get(i).arguments(),
                            emitted.calls().get(i).arguments())
                    .ifPresent(edits::add);
        }
        return edits;
    }

    /** Some dialects write arguments as a string that holds JSON, others as an object; the model spelled JSON. */
    private static Optional<Edit> arguments(byte[] body, Range value, String emitted) throws NotJson {
        if (value.length() < 2) {
            return Optional.empty();
        }
        if (body[value.start()] == '"') {
            JsonString came = new JsonString(body, value.start() + 1, value.end() - 1);
            return came.text().equals(emitted)
                    ? Optional.empty()
                    : Optional.of(restore(came.range(), emitted, "arguments"));
        }
        byte[] spelled = emitted.getBytes(StandardCharsets.UTF_8);
        boolean isObject = body[value.start()] == '{' && emitted.startsWith("{");
        boolean whole = StandardCharsets.UTF_8.newEncoder().canEncode(emitted);
        boolean differs = !Arrays.equals(spelled, 0, spelled.length, body, value.start(), value.end());
        return isObject && whole && differs
                ? Optional.of(new Edit(value, spelled, Reason.RESTORE_ANSWER, "arguments"))
                : Optional.empty();
    }

    private static Edit restore(Range range, String emitted, String subject) {
        return new Edit(range, JsonString.escape(emitted), Reason.RESTORE_ANSWER, subject);
    }
}
