package io.kvkeep.relay;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Framing;
import io.kvkeep.dialect.Dialect;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies from a passing answer what is needed of it: the counts at its end, and what the model said. */
final class AnswerTap {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerTap.class);
    /** Longer answers are rare, and an agent that alters one costs no more than it does without the ledger. */
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private final AnswerTail tail = new AnswerTail();
    private Optional<AnswerReader> reader;

    /**
     * Starts with the head of an answer.
     *
     * @param wanted whether the ledger wants what the model says
     */
    AnswerTap(HttpResponse head, Dialect dialect, boolean wanted) {
        boolean readable =
                wanted && head.status().code() == 200 && !head.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
        this.reader = readable
                ? Framing.of(head.headers().get(HttpHeaderNames.CONTENT_TYPE, ""))
                        .map(framing -> dialect.answer(framing, MAX_ANSWER_BYTES))
                : Optional.empty();
    }

    /** Copies what passes; the buffer stays as it is. */
    void add(ByteBuf passing) {
        tail.add(passing);
        if (reader.isPresent()) {
            byte[] bytes = new byte[passing.readableBytes()];
            passing.getBytes(passing.readerIndex(), bytes);
            try {
                reader.get().add(bytes, 0, bytes.length);
            } catch (RuntimeException e) {
                LOG.warn("an answer was not understood; please report this", e);
                reader = Optional.empty();
            }
        }
    }

    /** Returns what the model said, if the answer was whole. */
    Optional<Emitted> emitted() {
        return reader.flatMap(AnswerReader::finish);
    }

    /** Returns the last bytes. */
    byte[] lastBytes() {
        return tail.bytes();
    }

    /** Tells whether the answer says itself that no more of it follows. */
    boolean ended() {
        return reader.filter(AnswerReader::ended).isPresent();
    }

    /** Tells whether the answer ends, or has not begun, at the border between two events. */
    boolean endsAnEvent() {
        return tail.endsAnEvent();
    }
}
