package io.kvkeep.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The file that is to take the place of a log, and the frames appended to the log since it was begun. */
final class Compaction {
    /** A disk too slow for the appends would otherwise let them pile up in memory. */
    static final long MAX_WAITING_BYTES = 64 << 20;

    private static final int BUFFER_BYTES = 1 << 16;

    private final Path fresh;
    private final LogFile.Opener opener;
    private List<byte[]> waiting = new ArrayList<>();
    private long waitingBytes;
    private boolean overrun;

    /** Belongs to one thread, unlike the frames that wait. */
    private OutputStream out = OutputStream.nullOutputStream();

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
    private long bytes;

    Compaction(Path fresh, LogFile.Opener opener) {
        this.fresh = fresh;
        this.opener = opener;
    }

    /** Makes the file with its header. */
    void begin(int formatVersion) throws IOException {
        Files.deleteIfExists(fresh);
        OwnerOnly.file(fresh);
        out = opener.open(fresh);
        write(LogFormat.header(formatVersion));
    }

    /** Writes bytes behind those written so far. */
    void write(byte[] frame) throws IOException {
        if (frame.length > BUFFER_BYTES - buffered) {
            flush();
        }
        if (frame.length > BUFFER_BYTES) {
            out.write(frame);
        } else {
            System.arraycopy(frame, 0, buffer, buffered, frame.length);
            buffered += frame.length;
        }
        bytes += frame.length;
    }

    /** Keeps a frame that was appended to the log meanwhile; called by any thread. */
    synchronized void keep(byte[] frame) {
        if (waitingBytes + frame.length > MAX_WAITING_BYTES) {
            overrun = true;
            waiting = new ArrayList<>();
        }
        if (!overrun) {
            waiting.add(frame);
            waitingBytes += frame.length;
        }
    }

    /** Writes the frames that wait, and returns their bytes. */
    long writeWaiting() throws IOException {
        long before = bytes;
        for (byte[] frame : takeWaiting()) {
            write(frame);
        }
        flush();
        return bytes - before;
    }

    private synchronized List<byte[]> takeWaiting() throws IOException {
        if (overrun) {
            throw new IOException("more than " + MAX_WAITING_BYTES + " bytes were appended while " + fresh
                    + " was written; the disk is too slow");
        }
        List<byte[]> taken = waiting;
        waiting = new ArrayList<>();
        waitingBytes = 0;
        return taken;
    }

    private void flush() throws IOException {
        out.write(buffer, 0, buffered);
        buffered = 0;
    }

    /** Brings the file to the disk itself: a crash of the machine must not leave a new file without its content. */
    void force() throws IOException {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(false);
        }
    }

    /** Puts the file in the place of the log and returns the stream for further appends. */
    OutputStream replace(Path file) throws IOException {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        return out;
    }

    long bytes() {
        return bytes;
    }

    /** Deletes the file. */
    void abort() throws IOException {
        try {
            out.close();
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
