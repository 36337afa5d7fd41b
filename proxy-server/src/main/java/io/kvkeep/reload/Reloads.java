package io.kvkeep.reload;

import io.kvkeep.config.Change;
import io.kvkeep.config.Effective;
import io.kvkeep.config.Effective.Row;
import io.kvkeep.metrics.ReloadMetrics;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration anew on SIGHUP and when its file or a profile is another one; a wrong one changes nothing.
 *
 * <p>A file counts as another one when it has stood still from one look to the next: half of what an editor writes can be
 * a valid file too.
 */
public final class Reloads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);
    private static final long PERIOD_MILLIS = 1_000;

    private final ConfigSource source;
    private final Target target;
    private final ReloadMetrics metrics;
    private final LongSupplier millis;
    /** A signal may come while kvkeep stops; then nothing is read any more. */
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, Reloads::daemon, new ThreadPoolExecutor.DiscardPolicy());

    private FileStamps read;
    private FileStamps seen;
    private volatile ReloadStatus status;

    /**
     * Begins with what the target goes by.
     *
     * @param millis a clock in milliseconds since 1970
     */
    public Reloads(ConfigSource source, Target target, ReloadMetrics metrics, LongSupplier millis) {
        this.source = source;
        this.target = target;
        this.metrics = metrics;
        this.millis = millis;
        this.read = stamps();
        this.seen = read;
        long now = millis.getAsLong();
        this.status = new ReloadStatus(file(), Outcome.STARTED.id(), null, now, List.of(), List.of(), List.of());
        metrics.applied(now);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "kvkeep-reload");
        thread.setDaemon(true);
        return thread;
    }

    /** Looks at the files every second from now on, and listens for SIGHUP. */
    public void start() {
        HangUp.runs(this::hangUp);
        timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Reads everything anew soon. */
    void hangUp() {
        timer.execute(() -> reload("SIGHUP"));
    }

    /** Returns what came of the last time. */
    public ReloadStatus status() {
        return status;
    }

    /** Looks at the files once. */
    synchronized void look() {
        try {
            FileStamps now = stamps();
            boolean still = now.equals(seen);
            seen = now;
            if (still && !now.equals(read)) {
                reload("a file changed");
            }
        } catch (RuntimeException e) {
            LOG.warn("the configuration could not be looked at; please report this", e); // and the timer goes on
        }
    }

    /** Reads everything anew; never fails. */
    public synchronized void reload(String why) {
        read = stamps();
        seen = read;
        try {
            Effective next = source.read();
            if (next.problems().isEmpty()) {
                apply(next, why);
            } else {
                refuse(next.problems().stream().map(Effective.Problem::toString).toList());
            }
        } catch (NoSuchFileException e) {
            refuse(List.of("there is no configuration file " + e.getMessage()));
        } catch (IOException e) {
            refuse(List.of(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.warn("the configuration was not applied; please report this", e);
            refuse(List.of(e.toString()));
        }
    }

    private void apply(Effective next, String why) throws IOException {
        Change change = Change.of(target.config(), next);
        target.apply(change.config());
        read = stamps(); // the directory of profiles may be another one now
        seen = read;
        List<String> made = change.made().stream().map(Reloads::named).toList();
        LOG.info(
                "configuration and profiles read anew ({}): {}",
                why,
                made.isEmpty() ? "no setting changed" : String.join(", ", made));
        for (Row row : change.waiting()) {
            LOG.warn("{}; this needs a restart, until then it stays as it was", named(row));
        }
        long now = millis.getAsLong();
        status = new ReloadStatus(
                file(), Outcome.APPLIED.id(), now, now, keys(change.made()), keys(change.waiting()), List.of());
        metrics.reloaded(Outcome.APPLIED.id());
        metrics.applied(now);
    }

    private void refuse(List<String> problems) {
        problems.forEach(problem -> LOG.error("{}; the configuration that was goes on", problem));
        ReloadStatus before = status;
        status = new ReloadStatus(
                file(),
                Outcome.REFUSED.id(),
                millis.getAsLong(),
                before.lastAppliedMillis(),
                List.of(),
                before.needsRestart(),
                problems);
        metrics.reloaded(Outcome.REFUSED.id());
        metrics.refused();
    }

    private FileStamps stamps() {
        return FileStamps.of(source.file(), target.config().profileFiles());
    }

    private @Nullable String file() {
        return source.file().map(Path::toString).orElse(null);
    }

    private static List<String> keys(List<Row> rows) {
        return rows.stream().map(Row::key).toList();
    }

    private static String named(Row row) {
        return row.key() + " is " + row.value().map(Object::toString).orElse("not set") + " (" + row.origin() + ")";
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
