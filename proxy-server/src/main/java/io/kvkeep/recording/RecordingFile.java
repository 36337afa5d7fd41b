package io.kvkeep.recording;

import io.kvkeep.store.OwnerOnly;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;

/**
 * The end of a recording to which requests are added; its owner alone can read it. Each line is on its way to the disk
 * when it has been written, so that a kill costs no earlier one. Not for several threads at once.
 */
final class RecordingFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final long maxBytes;
    private final Counted counted;
    private final GZIPOutputStream out;

    private RecordingFile(long maxBytes, Counted counted, GZIPOutputStream out) {
        this.maxBytes = maxBytes;
        this.counted = counted;
        this.out = out;
    }

    /** Makes a file; one that is there is left as it is, since its end may be missing. */
    static RecordingFile create(RecordOptions options, String engine, long startedMillis) throws IOException {
        Path file = options.file();
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("there is " + file + " already, and it is left as it is; give another name");
        }
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        OwnerOnly.file(file);
        Counted counted = new Counted(
                new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.WRITE), BUFFER_BYTES));
        GZIPOutputStream out = new GZIPOutputStream(counted, BUFFER_BYTES, true);
        RecordingFile recording = new RecordingFile(options.maxBytes(), counted, out);
        recording.write(RecordingFormat.head(engine, startedMillis));
        return recording;
    }

    /** Adds a request; returns false, and writes nothing, once the file is as long as it may be. */
    boolean add(RecordedRequest request) throws IOException {
        if (counted.bytes >= maxBytes) {
            return false;
        }
        write(RecordingFormat.line(request));
        return true;
    }

    private void write(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
        out.flush();
    }

    long bytes() {
        return counted.bytes;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private static final class Counted extends FilterOutputStream {
        private long bytes;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            bytes++;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
            bytes += length;
        }
    }
}
