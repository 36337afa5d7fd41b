package io.kvkeep.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Reads a log file from its begin up to the first frame that is torn or damaged. */
final class LogReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final long fileBytes;
    private final OptionalInt version;
    private long wholeBytes;

    LogReader(Path file) throws IOException {
        fileBytes = Files.size(file);
        in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        try {
            version = LogFormat.version(in.readNBytes(LogFormat.HEADER_BYTES));
        } catch (IOException e) {
            in.close();
            throw e;
        }
        wholeBytes = version.isPresent() ? LogFormat.HEADER_BYTES : 0;
    }

    /** Returns the format version; empty if the file does not begin with a header. */
    OptionalInt version() {
        return version;
    }

    long fileBytes() {
        return fileBytes;
    }

    /** Returns the length of the header and of the whole frames read so far. */
    long wholeBytes() {
        return wholeBytes;
    }

    /** Gives every record in front of the first bad frame. */
    void readAll(Consumer<byte[]> each) throws IOException {
        byte[] head = in.readNBytes(LogFormat.FRAME_HEAD_BYTES);
        while (head.length == LogFormat.FRAME_HEAD_BYTES) {
            int length = ByteBuffer.wrap(head).getInt();
            int sum = ByteBuffer.wrap(head).getInt(Integer.BYTES);
            if (length < 0 || length > Math.min(LogFormat.MAX_RECORD_BYTES, fileBytes - wholeBytes - head.length)) {
                return;
            }
            byte[] record = in.readNBytes(length);
            if (record.length < length || LogFormat.sum(record) != sum) {
                return;
            }
            each.accept(record);
            wholeBytes += head.length + length;
            head = in.readNBytes(LogFormat.FRAME_HEAD_BYTES);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
