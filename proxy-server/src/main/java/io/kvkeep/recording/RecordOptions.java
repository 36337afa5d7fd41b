package io.kvkeep.recording;

import java.nio.file.Path;

/**
 * What is to be recorded where.
 *
 * @param file must not be there yet
 * @param maxBytes about how long it may become
 */
public record RecordOptions(Path file, long maxBytes) {
    /** Compressed, about a tenth to a hundredth of what agents send. */
    public static final long USUAL_MAX_BYTES = 256L << 20;
}
