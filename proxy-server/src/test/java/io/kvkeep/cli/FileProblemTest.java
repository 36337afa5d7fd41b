package io.kvkeep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileProblemTest {
    @Test
    void aProblemThatJavaTellsAsAPathAloneIsSaidInWords() {
        assertThat(FileProblem.of(new AccessDeniedException("/srv/kvkeep")))
                .startsWith("/srv/kvkeep: permission denied");
        assertThat(FileProblem.of(new NoSuchFileException("/proc/x"))).startsWith("/proc/x: there is no such");
    }

    @Test
    void aProblemWithWordsStaysAsItIs() {
        assertThat(FileProblem.of(new FileSystemException("/mnt/x", null, "Read-only file system")))
                .isEqualTo("/mnt/x: Read-only file system");
        assertThat(FileProblem.of(new IOException("can't listen"))).isEqualTo("can't listen");
    }
}
