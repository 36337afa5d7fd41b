package io.kvkeep.recording;

import io.kvkeep.profile.Profiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes requests and answers into a recording, on a thread of its own: no request waits for the disk. What the disk can't
 * follow, and all that comes once the file is full, is left out and counted. For any thread.
 */
public final class Recorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
    private static final int MAX_WAITING = 1_000;
    private static final long MAX_WAITING_BYTES = 64L << 20;
    private static final long STOP_SECONDS = 10;
    private static final long LOOK_MILLIS = 100;

    private final KeptHeaders headers;
    private final Path path;
    private final RecordingFile file;
    private final BlockingQueue<RecordedExchange> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();
    private final Thread thread = new Thread(this::write, "kvkeep-recorder");
    private final AtomicLong written = new AtomicLong();
    private volatile boolean stopping;

    private Recorder(KeptHeaders headers, Path path, RecordingFile file) {
        this.headers = headers;
        this.path = path;
        this.file = file;
    }

    /**
     * Makes a recording.
     *
     * @param engine what the engine is, such as {@code llama.cpp}
     * @throws IOException if it can't be written, or is there already; the message is meant for the user
     */
    public static Recorder open(RecordOptions options, Profiles profiles, String engine) throws IOException {
        Recorder recorder = new Recorder(
                new KeptHeaders(profiles),
                options.file(),
                RecordingFile.create(options, engine, System.currentTimeMillis()));
        recorder.thread.setDaemon(true);
        recorder.thread.start();
        return recorder;
    }

    /**
     * Begins to record a request.
     *
     * @param tenant the first digits of a keyed hash of its credential
     * @param target with what stands behind a question mark, which may hold a key and is left out
     * @param values gives the value of a header by its lower-case name, or an empty text
     * @param body shared, not to be changed
     */
    public RecordedExchange begin(String tenant, String target, UnaryOperator<String> values, byte[] body) {
        int query = target.indexOf('?');
        return new RecordedExchange(
                this::take,
                System.currentTimeMillis(),
                tenant,
                query < 0 ? target : target.substring(0, query),
                headers.of(values),
                body);
    }

    private void take(RecordedExchange exchange) {
        boolean room = waitingBytes.addAndGet(exchange.bytes()) <= MAX_WAITING_BYTES && !stopping;
        if (!room || !waiting.offer(exchange)) {
            waitingBytes.addAndGet(-exchange.bytes());
            leftOut.incrementAndGet();
        }
    }

    private void write() {
        boolean open = true;
        while (!stopping || !waiting.isEmpty()) {
            try {
                RecordedExchange next = waiting.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    waitingBytes.addAndGet(-next.bytes());
                    open = open && add(next);
                    leftOut.addAndGet(open ? 0 : 1);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean add(RecordedExchange exchange) {
        try {
            if (file.add(exchange.request(written.get() + 1))) {
                written.incrementAndGet();
                return true;
            }
            LOG.warn("{} is full with {} bytes; nothing more is recorded, and requests go on", path, file.bytes());
        } catch (IOException e) {
            LOG.warn("{} can't be written; nothing more is recorded, and requests go on: {}", path, e.toString());
        }
        return false;
    }

    /** Returns how many requests are in the file by now, of those of this run. */
    public long written() {
        return written.get();
    }

    /** Returns how many were left out: the disk was too slow, or the file is full. */
    public long leftOut() {
        return leftOut.get();
    }

    /** Returns how long the file is. */
    public long bytes() {
        return file.bytes();
    }

    /** Closes and deletes the file, if kvkeep can't start; to be called before anything is recorded. */
    public void discard() throws IOException {
        stop();
        file.discard();
    }

    /** Writes what is waiting, for ten seconds at most, and closes the file. */
    @Override
    public void close() throws IOException {
        stop();
        file.close();
    }

    private void stop() {
        stopping = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
