package io.kvkeep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirTest {
    private static final int CALLERS = 8;

    @Test
    void theSecretIsMadeOnceAndStays(@TempDir Path temp) throws Exception {
        Path dir = temp.resolve("a/b");
        byte[] secret = DataDir.secret(dir);
        assertThat(secret).hasSize(32).isNotEqualTo(new byte[32]);
        assertThat(DataDir.secret(dir)).isEqualTo(secret);
        assertThat(DataDir.secret(temp.resolve("other"))).isNotEqualTo(secret);
    }

    @Test
    void onlyTheOwnerCanRead(@TempDir Path temp) throws Exception {
        Path dir = temp.resolve("data");
        DataDir.secret(dir);
        assertThat(permissions(dir)).isEqualTo("rwx------");
        assertThat(permissions(dir.resolve("secret"))).isEqualTo("rw-------");
    }

    @Test
    void nothingButTheSecretIsLeftThere(@TempDir Path dir) throws Exception {
        DataDir.secret(dir);
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files).containsExactly(dir.resolve("secret"));
        }
    }

    @Test
    void allThatStartAtOnceGetTheSameSecret(@TempDir Path dir) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Future<byte[]>> secrets = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                secrets.add(callers.submit(() -> DataDir.secret(dir)));
            }
            for (Future<byte[]> secret : secrets) {
                assertThat(Arrays.equals(secret.get(), DataDir.secret(dir))).isTrue();
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void aDamagedSecretIsAnErrorThatNamesTheFile(@TempDir Path dir) throws Exception {
        Path file = Files.write(dir.resolve("secret"), new byte[5]);
        assertThatThrownBy(() -> DataDir.secret(dir))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " has 5 bytes instead of 32; delete it and a new one is made");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
