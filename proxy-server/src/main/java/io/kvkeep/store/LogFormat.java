package io.kvkeep.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/*
 * A file is one header and then frames, numbers in network order:
 *
 *     header   magic (8 bytes), format version (4), CRC32C of the twelve bytes before (4)
 *     frame    length of the record (4), CRC32C of length and record (4), record
 *
 * The header is the same in every format version, so that each version tells the others apart. The sum of a frame covers
 * its length too: a run of zeros, as some file systems leave behind a crash, is no frame.
 */
/** The bytes of a log file. */
final class LogFormat {
    static final int HEADER_BYTES = 16;
    static final int FRAME_HEAD_BYTES = 8;
    /** A longer length is damage for certain; without a bound it would be allocated before its sum is known. */
    static final int MAX_RECORD_BYTES = 64 << 20;

    private static final byte[] MAGIC = "kvkeep\r\n".getBytes(StandardCharsets.US_ASCII);

    private LogFormat() {}

    static byte[] header(int formatVersion) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(formatVersion);
        return header.putInt(sum(header.array(), 0, header.position())).array();
    }

    /** Reads the format version from a header; empty if these bytes are no header. */
    static OptionalInt version(byte[] header) {
        if (header.length != HEADER_BYTES) {
            return OptionalInt.empty();
        }
        int version = ByteBuffer.wrap(header).getInt(MAGIC.length);
        return Arrays.equals(header, header(version)) ? OptionalInt.of(version) : OptionalInt.empty();
    }

    /** Frames a record of at most {@value #MAX_RECORD_BYTES} bytes. */
    static byte[] frame(byte[] record) {
        if (record.length > MAX_RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "a record of " + record.length + " bytes; the longest has " + MAX_RECORD_BYTES);
        }
        return ByteBuffer.allocate(FRAME_HEAD_BYTES + record.length)
                .putInt(record.length)
                .putInt(sum(record))
                .put(record)
                .array();
    }

    /** Returns the sum that stands in the frame of a record. */
    static int sum(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, record.length));
        crc.update(record, 0, record.length);
        return (int) crc.getValue();
    }

    private static int sum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
