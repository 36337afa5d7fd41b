package io.kvkeep.answer;

import io.kvkeep.json.NotJson;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads an answer that comes as lines of JSON; the last may end with the body. */
final class LineReader implements AnswerReader {
    private final HeldBytes line;
    private @Nullable DialectAnswer answer; // none once it was given up

    LineReader(DialectAnswer answer, int maxBytes) {
        this.answer = answer;
        this.line = new HeldBytes(maxBytes);
    }

    @Override
    public void add(byte[] bytes, int from, int to) {
        DialectAnswer open = answer;
        if (open == null) {
            return;
        }
        try {
            int at = from;
            for (int i = from; i < to; i++) {
                if (bytes[i] == '\n') {
                    line.add(bytes, at, i);
                    end(open);
                    at = i + 1;
                }
            }
            line.add(bytes, at, to);
        } catch (NotJson e) {
            answer = null;
        }
    }

    @Override
    public boolean ended() {
        return answer != null && answer.ended();
    }

    @Override
    public Optional<Emitted> finish() {
        DialectAnswer open = answer;
        if (open == null) {
            return Optional.empty();
        }
        try {
            end(open);
            return open.emitted();
        } catch (NotJson e) {
            return Optional.empty();
        }
    }

    private void end(DialectAnswer open) throws NotJson {
        int length = line.length();
        line.clear();
        if (!isBlank(length)) {
            open.take(line.bytes(), 0, length);
        }
    }

    private boolean isBlank(int length) {
        for (int i = 0; i < length; i++) {
            if (line.bytes()[i] != '\r' && line.bytes()[i] != ' ') {
                return false;
            }
        }
        return true;
    }
}
