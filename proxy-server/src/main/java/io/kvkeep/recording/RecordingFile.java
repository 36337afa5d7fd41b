package io.kvkeep.recording;

import io.kvkeep.store.OwnerOnly;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/**
 * The end of a recording to which requests are added; its owner alone can read it. Each line is on its way to the disk
 * when it has been written, so that a kill costs no earlier one. If one can't be written, the file ends behind the one
 * before it. Not for several threads at once.
 */
final class RecordingFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final RecordOptions options;
    private final FileChannel file;
    private final Counted counted;
    private final GZIPOutputStream out;

    private RecordingFile(RecordOptions options, FileChannel file, Counted counted, GZIPOutputStream out) {
        this.options = options;
        this.file = file;
        this.counted = counted;
        this.out = out;
    }

    /** Makes a file; one that is there is left as it is, since its end may be missing. */
    static RecordingFile create(RecordOptions options, String engine, long startedMillis) throws IOException {
        return create(options, engine, startedMillis, disk -> disk);
    }

    static RecordingFile create(
            RecordOptions options, String engine, long startedMillis, UnaryOperator<OutputStream> disk)
            throws IOException {
        Path file = options.file();
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("there is " + file + " already, and it is left as it is; give another name");
        }
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        OwnerOnly.file(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        Counted counted = new Counted(disk.apply(Channels.newOutputStream(channel)));
        GZIPOutputStream out = new GZIPOutputStream(counted, BUFFER_BYTES, true);
        RecordingFile recording = new RecordingFile(options, channel, counted, out);
        try {
            recording.write(RecordingFormat.head(engine, startedMillis));
        } catch (IOException e) {
            recording.discard();
            throw new IOException(file + " can't be written: " + e.getMessage(), e);
        }
        return recording;
    }

    /** Adds a request; returns false, and writes nothing, once the file is as long as it may be. */
    boolean add(RecordedRequest request) throws IOException {
        if (counted.bytes >= options.maxBytes()) {
            return false;
        }
        write(RecordingFormat.line(request));
        return true;
    }

    private void write(String line) throws IOException {
        long whole = counted.bytes;
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            // A reader that meets a torn piece loses what was unpacked together with it; it may be all.
            counted.ended = true;
            counted.bytes = whole;
            file.truncate(whole);
            throw e;
        }
    }

    long bytes() {
        return counted.bytes;
    }

    /** Closes and deletes it: what was made for a start that failed would be in the way of the next one. */
    void discard() throws IOException {
        out.close();
        Files.deleteIfExists(options.file());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private static final class Counted extends FilterOutputStream {
        private long bytes;
        /** Nothing goes to the disk any more, not even the end of the compressed stream. */
        private boolean ended;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            if (!ended) {
                out.write(b);
                bytes++;
            }
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            if (!ended) {
                out.write(from, offset, length);
                bytes += length;
            }
        }
    }
}
