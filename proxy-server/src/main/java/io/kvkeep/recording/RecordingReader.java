package io.kvkeep.recording;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads a recording, request by request. One that was cut off, say by a kill, is read as far as it goes. */
public final class RecordingReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final String name;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private long number;
    private boolean cutOff;

    private RecordingReader(String name, InputStream in) {
        this.name = name;
        this.in = in;
    }

    /** Opens a recording. */
    public static RecordingReader open(Path file) throws IOException {
        InputStream raw = GivenFile.open(file);
        try {
            return new RecordingReader(file.toString(), new GZIPInputStream(raw, BUFFER_BYTES));
        } catch (ZipException | EOFException e) {
            raw.close();
            throw new NotARecording(file + " is no recording of kvkeep: it is not compressed with gzip");
        }
    }

    /** Tells whether a file may be one, by its first two bytes. */
    public static boolean mayBe(Path file) throws IOException {
        try (InputStream in = GivenFile.open(file)) {
            return in.read() == 0x1f && in.read() == 0x8b;
        }
    }

    /**
     * Returns the next request, or nothing at the end.
     *
     * @throws NotARecording if the file holds something else
     */
    public Optional<RecordedRequest> next() throws IOException {
        while (true) {
            String line = line();
            if (line == null) {
                if (number == 0) {
                    throw new NotARecording(name + " is no recording of kvkeep: it is empty");
                }
                return Optional.empty();
            }
            number++;
            Optional<RecordedRequest> request = RecordingFormat.read(name, number, line);
            if (request.isPresent()) {
                return request;
            }
        }
    }

    /**
     * A last line without its end was cut off with the file. No reader of characters will do: it asks for more than the
     * next line, and what comes before the place of the cut is lost with the error.
     */
    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (from < to || fill()) {
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            line.write(buffer, from, end - from);
            from = end + 1;
            if (end < to) {
                return line.toString(StandardCharsets.UTF_8);
            }
        }
        cutOff |= line.size() > 0;
        return null;
    }

    private boolean fill() throws IOException {
        from = 0;
        try {
            to = cutOff ? 0 : in.read(buffer, 0, buffer.length);
        } catch (EOFException | ZipException e) {
            cutOff = true;
            to = 0;
        }
        return to > 0;
    }

    /** Tells whether the file ended in the middle of something; known at its end. */
    public boolean isCutOff() {
        return cutOff;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
