package io.kvkeep.plan;

import io.kvkeep.answer.Emitted;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Message;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Gives an answer back in the bytes in which the model said it: those are what the engine's cache holds. */
final class Restoration {
    private static final String THINK = "<think>";

    /** llama.cpp and SGLang name the field so, and vLLM takes that name too. */
    private static final byte[] REASONING = ",\"reasoning_content\":\"".getBytes(StandardCharsets.US_ASCII);

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
            byte[] field = JsonString.escape(emitted.reasoning());
            ByteArrayOutputStream out = new ByteArrayOutputStream(field.length + 32);
            out.writeBytes(REASONING);
            out.writeBytes(field);
            out.write('"');
            int end = message.range().end() - 1;
            edits.add(Edit.insert(end, out.toByteArray(), Reason.RESTORE_ANSWER, "reasoning"));
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

    private static Edit restore(Range range, String emitted, String subject) {
        return new Edit(range, JsonString.escape(emitted), Reason.RESTORE_ANSWER, subject);
    }
}
