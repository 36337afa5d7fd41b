package io.kvkeep.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
    @TempDir
    private Path dir = Path.of("unset");

    @Test
    void simpleValuesBeforeTheTokenizerAreRead() throws IOException {
        assertThat(GgufFile.metadata(write(model()).toString()).orElseThrow())
                .containsEntry("general.architecture", "lfm2")
                .containsEntry("lfm2.context_length", "65536")
                .containsEntry("lfm2.shortconv.l_cache", "3")
                .containsEntry("some.float", "0.5")
                .containsEntry("some.flag", "1")
                .hasSize(5);
    }

    @Test
    void aFileThatEndsEarlyTellsWhatCameBefore() throws IOException {
        byte[] whole = model();
        for (int length = 0; length < whole.length; length++) {
            Path file = write(Arrays.copyOf(whole, length));
            boolean named = GgufFile.metadata(file.toString())
                    .filter(values -> values.containsKey("general.architecture"))
                    .isPresent();
            assertThat(named).as("%d bytes", length).isEqualTo(length >= 24 + 8 + 20 + 4 + 8 + 4);
        }
    }

    @Test
    void otherFilesAndPathsAreNotRead() throws IOException {
        assertThat(GgufFile.metadata(
                        write("something else entirely here".getBytes(UTF_8)).toString()))
                .isEmpty();
        assertThat(GgufFile.metadata(dir.toString())).isEmpty();
        assertThat(GgufFile.metadata("relative.gguf")).isEmpty();
        assertThat(GgufFile.metadata("/no/such/file.gguf")).isEmpty();
        assertThat(GgufFile.metadata("\0")).isEqualTo(Optional.empty());
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(dir.resolve("model.gguf"), bytes);
    }

    private static byte[] model() {
        ByteBuffer out = ByteBuffer.allocate(1_000).order(ByteOrder.LITTLE_ENDIAN);
        out.put("GGUF".getBytes(UTF_8)).putInt(3).putLong(9).putLong(7);
        text(text(out, "general.architecture").putInt(8), "lfm2");
        text(out, "lfm2.context_length").putInt(4).putInt(65_536);
        text(out, "lfm2.attention.head_count_kv")
                .putInt(9)
                .putInt(5)
                .putLong(2)
                .putInt(0)
                .putInt(1);
        text(out, "some.float").putInt(6).putFloat(0.5f);
        text(out, "some.flag").putInt(7).put((byte) 1);
        text(out, "lfm2.shortconv.l_cache").putInt(10).putLong(3);
        text(text(out, "tokenizer.ggml.model").putInt(8), "gpt2");
        return Arrays.copyOf(out.array(), out.position());
    }

    private static ByteBuffer text(ByteBuffer out, String text) {
        return out.putLong(text.length()).put(text.getBytes(UTF_8));
    }
}
