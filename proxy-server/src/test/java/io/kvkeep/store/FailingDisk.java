package io.kvkeep.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A disk that takes so many bytes, and of the write that goes beyond only what still fits. */
final class FailingDisk implements LogFile.Opener {
    private long freeBytes;
    private int refusals;

    FailingDisk(long freeBytes) {
        this.freeBytes = freeBytes;
    }

    void free(long bytes) {
        freeBytes = bytes;
    }

    /** How often a write was refused. */
    int refusals() {
        return refusals;
    }

    @Override
    public OutputStream open(Path file) throws IOException {
        return new FilterOutputStream(LogFile.Opener.FILE.open(file)) {
            @Override
            public void write(byte[] bytes) throws IOException {
                write(bytes, 0, bytes.length);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                int fits = (int) Math.min(length, freeBytes);
                out.write(bytes, from, fits);
                freeBytes -= fits;
                if (fits < length) {
                    refusals++;
                    throw new IOException("No space left on device");
                }
            }
        };
    }
}
