package io.kvkeep.answer;

import io.kvkeep.json.NotJson;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads an answer that is one JSON text: keeps it and looks at its end. */
final class BodyReader implements AnswerReader {
    private final DialectAnswer answer;
    private @Nullable HeldBytes body; // none once it was given up

    BodyReader(DialectAnswer answer, int maxBytes) {
        this.answer = answer;
        this.body = new HeldBytes(maxBytes);
    }

    @Override
    public void add(byte[] bytes, int from, int to) {
        if (body == null) {
            return;
        }
        try {
            body.add(bytes, from, to);
        } catch (NotJson tooLong) {
            body = null;
        }
    }

    @Override
    public boolean ended() {
        return false; // the frame of the answer says where it ends
    }

    @Override
    public Optional<Emitted> finish() {
        if (body == null) {
            return Optional.empty();
        }
        try {
            answer.take(body.bytes(), 0, body.length());
            return answer.emitted();
        } catch (NotJson e) {
            return Optional.empty();
        }
    }
}
