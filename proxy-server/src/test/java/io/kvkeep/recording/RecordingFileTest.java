package io.kvkeep.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingFileTest {
    /** As many characters as no text of Jackson may have unless it is told otherwise. */
    private static final int LONG = 21_000_000;

    @TempDir
    private Path directory;

    private final Random random = new Random(4);

    @Test
    void aDiskThatIsFullCostsNoRequestThatWasWrittenBefore() throws IOException {
        FullDisk[] disk = new FullDisk[1];
        try (RecordingFile recording = RecordingFile.create(options(), "vllm", 1, out -> {
            disk[0] = new FullDisk(out);
            return disk[0];
        })) {
            recording.add(request(1, noise(3_000)));
            recording.add(request(2, noise(3_000)));
            long whole = recording.bytes();
            disk[0].room = 700;

            assertThatThrownBy(() -> recording.add(request(3, noise(3_000)))).hasMessage("No space left on device");
            assertThat(recording.bytes()).isEqualTo(whole);
            disk[0].room = Integer.MAX_VALUE;
        }

        assertThat(read()).extracting(RecordedRequest::id).containsExactly(1L, 2L);
    }

    @Test
    void aFileThatCanNotBeBegunIsNamedAndNotLeftBehind() {
        assertThatThrownBy(() -> RecordingFile.create(options(), "vllm", 1, out -> new FullDisk(out, 20)))
                .hasMessage(options().file() + " can't be written: No space left on device");
        assertThat(options().file()).doesNotExist();
    }

    @Test
    void aVeryLongBodyIsReadAgain() throws IOException {
        byte[] body = "a".repeat(LONG).getBytes(UTF_8);
        try (RecordingFile recording = RecordingFile.create(options(), "vllm", 1)) {
            recording.add(request(1, body));
        }

        assertThat(read().get(0).body()).hasSize(LONG);
    }

    private RecordOptions options() {
        return new RecordOptions(directory.resolve("r.jsonl.gz"), RecordOptions.USUAL_MAX_BYTES);
    }

    private static RecordedRequest request(long id, byte[] body) {
        return new RecordedRequest(id, 1, "", "/v1/chat/completions", Map.of(), body, Optional.empty());
    }

    /** What hardly gets shorter by compression. */
    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('!' + random.nextInt(90));
        }
        return bytes;
    }

    private List<RecordedRequest> read() throws IOException {
        List<RecordedRequest> all = new ArrayList<>();
        try (RecordingReader reader = RecordingReader.open(options().file())) {
            for (Optional<RecordedRequest> next = reader.next(); next.isPresent(); next = reader.next()) {
                all.add(next.get());
            }
        }
        return all;
    }

    /** Writes what there is room for, and fails with the rest. */
    private static final class FullDisk extends FilterOutputStream {
        private int room;

        FullDisk(OutputStream out) {
            this(out, Integer.MAX_VALUE);
        }

        FullDisk(OutputStream out, int room) {
            super(out);
            this.room = room;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            int fits = Math.min(room, length);
            out.write(from, offset, fits);
            room -= fits;
            if (fits < length) {
                throw new IOException("No space left on device");
            }
        }
    }
}
