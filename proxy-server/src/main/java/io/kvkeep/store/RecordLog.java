package io.kvkeep.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * An append is one write() under a lock. The page cache outlives the process, so nothing more is needed against kill -9.
 * Measured with records of 2 KB on ext4, 1,000 per second while another process wrote without a pause: p50 7 us, p99 30 to
 * 60 us, the slowest of 8,000 2 to 51 ms. A queue with a writer thread was no better for the caller (p50 5 us, p99 70 to 150 us,
 * slowest 32 ms on two busy cores) and acknowledges later. A memory-mapped file is faster (p50 1 us, p99 14 us, slowest
 * 11 ms), but it has to be written twice, a disk that fails shows as a signal, and a page fault that waits for the disk
 * holds up every thread of the virtual machine at its next safepoint, where write() holds up its caller alone.
 */
/**
 * An append-only file of records that survives the death of the process at any moment.
 *
 * <p>A record is any bytes, at most 64 MiB; the log does not know what they mean. A machine that crashes or loses power
 * can cost the newest records, but never brings a wrong one.
 *
 * <p>A record on which nobody counts yet may wait for the next one, and costs no write of its own: {@link #keep}.
 *
 * <p>A write that fails, on a full disk for instance, breaks the log: {@link #append} then returns at once and writes
 * nothing, until {@link #compact} succeeds. So the file never has a gap: it holds all records up to the failure, or all
 * that matter since a later compaction. Whoever owns the log compacts now and then while {@link #isBroken}.
 *
 * <p>The directory must be the log's own: it holds the log, its lock, a compaction under way, and files that this
 * version can't read. All are readable by their owner alone; wider permissions are narrowed. Safe for use by many threads.
 */
public final class RecordLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordLog.class);
    /** Below this the rest may be written while appends wait. */
    private static final int LAST_BYTES = 1 << 16;

    private static final int MAX_ROUNDS = 10;
    private static final int MOST_KEPT_BYTES = 1 << 16;
    private static final byte[] NOTHING = {};

    private final Path file;
    private final int formatVersion;
    private final DirectoryLock lock;
    private final LogFile.Opener opener;
    private final long cutBytes;
    private final AtomicLong missed = new AtomicLong();
    /** Held by the one compaction under way, and by close. */
    private final Object compacting = new Object();

    /** Frames that wait for the next write. */
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    private volatile int keptRecords;
    private OutputStream out;
    private @Nullable Compaction compaction;
    private volatile long bytes;
    private volatile boolean broken;
    private volatile boolean closed;

    private RecordLog(Path file, int formatVersion, DirectoryLock lock, LogFile.Opener opener, Consumer<byte[]> each)
            throws IOException {
        this.file = file;
        this.formatVersion = formatVersion;
        this.lock = lock;
        this.opener = opener;
        Files.deleteIfExists(fresh());
        LogFile.Recovered recovered = LogFile.recover(file, formatVersion, each);
        this.bytes = recovered.wholeBytes();
        this.cutBytes = recovered.cutBytes();
        this.out = opener.open(file);
    }

    /**
     * Opens or makes a log. Its file is cut at the first torn or damaged record; a file of another format version, or
     * one that is no log, is moved aside within the directory and a fresh one begun. Either is logged in bytes.
     *
     * @param file the log; its directory is made if it is missing
     * @param formatVersion of the records, as their writer numbers it
     * @param each gets every whole record in the order of the appends
     * @throws DirectoryInUse if another process, or another log of this one, has this file open
     * @throws IOException if the directory can't be read or written, or is open to others and holds foreign files
     */
    public static RecordLog open(Path file, int formatVersion, Consumer<byte[]> each) throws IOException {
        return open(file, formatVersion, each, LogFile.Opener.FILE);
    }

    static RecordLog open(Path file, int formatVersion, Consumer<byte[]> each, LogFile.Opener opener)
            throws IOException {
        Path absolute = file.toAbsolutePath();
        Path directory = Objects.requireNonNull(absolute.getParent(), "a log has a directory");
        OwnerOnly.directory(directory, absolute.getFileName().toString());
        DirectoryLock lock = DirectoryLock.take(directory, absolute.getFileName() + ".lock");
        try {
            return new RecordLog(absolute, formatVersion, lock, opener, each);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Appends a record; never throws for a disk that fails.
     *
     * @return whether the record outlives the process from now on; false if the log is broken or closed, or the record
     *     longer than 64 MiB
     */
    public boolean append(byte[] record) {
        if (record.length > LogFormat.MAX_RECORD_BYTES) {
            missed.incrementAndGet();
            return false;
        }
        return write(LogFormat.frame(record), 1);
    }

    /**
     * Keeps a record until the next append, {@link #flush} or close, which writes it in its turn; until then it dies
     * with the process. A long one is written at once.
     */
    public void keep(byte[] record) {
        if (record.length > MOST_KEPT_BYTES) {
            append(record);
            return;
        }
        synchronized (this) {
            kept.writeBytes(LogFormat.frame(record));
            keptRecords++;
            if (kept.size() > MOST_KEPT_BYTES) {
                flush();
            }
        }
    }

    /** Writes what is kept; takes no lock if that is nothing. */
    public void flush() {
        if (keptRecords > 0) {
            write(NOTHING, 0);
        }
    }

    /** Writes what is kept and a frame; a failure may leave a part at the end, where opening cuts it. */
    private synchronized boolean write(byte[] frame, int more) {
        int records = keptRecords + more;
        byte[] frames = behindKept(frame);
        if (compaction != null) {
            compaction.keep(frames);
        }
        if (!broken && !closed) {
            try {
                out.write(frames);
                bytes += frames.length;
                return true;
            } catch (IOException e) {
                broken = true;
                LOG.error(
                        "{} can't be written: {}; nothing more is kept on disk until a compaction succeeds",
                        file,
                        e.toString());
            }
        }
        missed.addAndGet(records);
        return false;
    }

    /** Takes what is kept, with a frame behind it. */
    private byte[] behindKept(byte[] frame) {
        if (keptRecords == 0) {
            return frame;
        }
        kept.writeBytes(frame);
        byte[] frames = kept.toByteArray();
        kept.reset();
        keptRecords = 0;
        return frames;
    }

    /** Returns the length of the file's whole part. */
    public long bytes() {
        return bytes;
    }

    /** Returns how many bytes opening cut off or moved aside. */
    public long cutBytes() {
        return cutBytes;
    }

    /** Returns how many appends have returned false. */
    public long missed() {
        return missed.get();
    }

    /** Tells whether a write failed since the log was opened or last compacted. */
    public boolean isBroken() {
        return broken;
    }

    /**
     * Replaces the content by records that are still needed, in one step, and mends a broken log. Appends go on
     * meanwhile; their records follow behind the given ones. Blocks for the disk, so not for event loops; a second
     * call waits for the first.
     *
     * @param live what a reader needs of all appends made before this call. A record that is appended during the call
     *     may be among them too and then comes twice. What an append stands for must be visible here before the append
     * @throws IOException if the new file can't be written or the log is closed; the log is then as before
     */
    public void compact(Iterable<byte[]> live) throws IOException {
        synchronized (compacting) {
            Compaction next = begin();
            boolean done = false;
            try {
                next.begin(formatVersion);
                for (byte[] record : live) {
                    failIfClosed();
                    next.write(LogFormat.frame(record));
                }
                catchUp(next);
                next.force();
                catchUp(next);
                replace(next);
                done = true;
            } finally {
                if (!done) {
                    end();
                    next.abort();
                }
            }
        }
    }

    private synchronized Compaction begin() throws IOException {
        failIfClosed();
        Compaction next = new Compaction(fresh(), opener);
        compaction = next;
        return next;
    }

    private synchronized void end() {
        compaction = null;
    }

    private static void catchUp(Compaction next) throws IOException {
        int rounds = 0;
        while (next.writeWaiting() > LAST_BYTES && rounds < MAX_ROUNDS) {
            rounds++;
        }
    }

    private void replace(Compaction next) throws IOException {
        OutputStream old;
        synchronized (this) {
            failIfClosed();
            next.writeWaiting();
            old = out;
            out = next.replace(file);
            bytes = next.bytes();
            compaction = null;
            if (broken) {
                LOG.info("{} is written again", file);
            }
            broken = false;
        }
        closeReplaced(old); // frees the blocks of the old file, which takes too long for the lock
    }

    private void closeReplaced(OutputStream old) {
        try {
            old.close();
        } catch (IOException e) {
            LOG.debug("the file that was {} can't be closed: {}", file, e.toString());
        }
    }

    private void failIfClosed() throws IOException {
        if (closed) {
            throw new IOException(file + " is closed");
        }
    }

    private Path fresh() {
        return LogFile.sibling(file, "new");
    }

    /** Ends a compaction under way without its effect, and gives up the directory. */
    @Override
    public void close() throws IOException {
        flush();
        closed = true;
        synchronized (compacting) {
            synchronized (this) {
                try (lock) {
                    out.close();
                }
            }
        }
    }
}
