package io.kvkeep.recording;

import io.kvkeep.recording.RecordedRequest.RecordedAnswer;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A request that is being recorded, while its answer passes; used by one thread. */
public final class RecordedExchange {
    static final int MAX_ANSWER_BYTES = 4 << 20;

    private final Consumer<RecordedExchange> done;
    private final long startedNanos;
    private final long timeMillis;
    private final String tenant;
    private final String path;
    private final Map<String, String> headers;
    private final byte[] body;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private int status;
    private String contentType = "";
    private boolean readable;
    private long firstTokenMillis;
    private boolean ended;
    private Optional<RecordedAnswer> whole = Optional.empty();

    RecordedExchange(
            Consumer<RecordedExchange> done,
            long timeMillis,
            String tenant,
            String path,
            Map<String, String> headers,
            byte[] body) {
        this.done = done;
        this.startedNanos = System.nanoTime();
        this.timeMillis = timeMillis;
        this.tenant = tenant;
        this.path = path;
        this.headers = headers;
        this.body = body;
    }

    /**
     * Takes the head of the answer; of several, of which earlier ones were not for the client, the last counts.
     *
     * @param encoded whether the body is compressed
     */
    public void head(int answerStatus, String type, boolean encoded) {
        status = answerStatus;
        contentType = type;
        readable = !encoded;
    }

    /** Copies what passes; the buffer stays as it is. */
    public void add(ByteBuf passing) {
        int length = passing.readableBytes();
        if (firstTokenMillis == 0 && length > 0) {
            firstTokenMillis = Math.max(1, sinceMillis());
        }
        if (readable && answer.size() + length > MAX_ANSWER_BYTES) {
            readable = false;
            answer.reset();
        }
        if (readable) {
            byte[] bytes = new byte[length];
            passing.getBytes(passing.readerIndex(), bytes);
            answer.writeBytes(bytes);
        }
    }

    /**
     * Ends it; only the first call counts.
     *
     * @param complete whether the answer came to its end
     */
    public void end(boolean complete) {
        if (!ended) {
            ended = true;
            whole = status == 0
                    ? Optional.empty()
                    : Optional.of(new RecordedAnswer(
                            status, contentType, complete, answer.toByteArray(), firstTokenMillis, sinceMillis()));
            done.accept(this);
        }
    }

    private long sinceMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    }

    /** Returns about how much memory it takes. */
    int bytes() {
        return body.length + answer.size();
    }

    RecordedRequest request(long id) {
        return new RecordedRequest(id, timeMillis, tenant, path, headers, body, whole);
    }
}
