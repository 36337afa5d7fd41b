package io.kvkeep.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Records for tests. */
final class Records {
    static final int VERSION = 3;

    private Records() {}

    /** Makes records of 0 to 300 random bytes; now and then one that is longer than any buffer. */
    static List<byte[]> random(long seed, int count) {
        Random random = new Random(seed);
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] record = new byte[random.nextInt(50) == 0 ? random.nextInt(200_000) : random.nextInt(300)];
            random.nextBytes(record);
            records.add(record);
        }
        return records;
    }

    /** Makes a record of a number and as many zeros behind it as asked for. */
    static byte[] numbered(int number, int zeros) {
        return ByteBuffer.allocate(Integer.BYTES + zeros).putInt(number).array();
    }

    static int number(byte[] record) {
        return ByteBuffer.wrap(record).getInt();
    }

    static int frameBytes(byte[] record) {
        return LogFormat.FRAME_HEAD_BYTES + record.length;
    }

    /** Opens a log, closes it again, and returns what was in it. */
    static List<byte[]> in(Path file) throws IOException {
        List<byte[]> records = new ArrayList<>();
        RecordLog.open(file, VERSION, records::add).close();
        return records;
    }
}
