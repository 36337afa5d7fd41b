package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real agents from their packages work through kvkeep as they do without it: same files, same last words, nothing of what
 * they said is lost. {@code e2e/agents/drive.py} plays and judges; a first turn, a new session and its next turn a day later.
 *
 * <p>They need Python 3.10 or newer, and the directory that the driver installs agents into, named by the environment
 * variable {@code KVKEEP_AGENTS_DIR}. The other agents are driven by hand: {@code docs/agents.md}.
 */
class RealAgentTest {
    private static final Path DRIVER = Path.of("..", "e2e", "agents");
    private static final int UNAVAILABLE = 3;
    private static final long LIMIT_MINUTES = 10;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"hermes", "opencode", "claude-code"})
    void anAgentWorksThroughKvkeepAsItDoesWithoutIt(String agent) throws IOException, InterruptedException {
        assumeTrue(System.getenv("KVKEEP_AGENTS_DIR") != null, "KVKEEP_AGENTS_DIR is not set; see e2e/README.md");
        Path jar = Installed.jar().toAbsolutePath();
        Path out = directory.resolve("requests");
        Ended ended = python(
                List.of("drive.py", agent, "--steps", "short", "--jar", jar.toString(), "--out", out.toString()));
        assumeTrue(ended.status() != UNAVAILABLE, ended::output);
        System.out.println(ended.output());
        assertThat(ended.status()).as(ended.output()).isZero();
    }

    @Test
    void theJudgeOfTheAgentsFindsDamage() throws IOException, InterruptedException {
        Ended ended = python(List.of("-m", "unittest"));
        assertThat(ended.status()).as(ended.output()).isZero();
    }

    private record Ended(int status, String output) {}

    private Ended python(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getenv().getOrDefault("PYTHON", "python3")));
        command.addAll(arguments);
        Path log = directory.resolve("driver.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(DRIVER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of("JAVA_HOME", System.getProperty("java.home"), "PYTHONDONTWRITEBYTECODE", "1"));
        Process process = start(builder);
        try {
            assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES))
                    .as("the driver ends within %s minutes", LIMIT_MINUTES)
                    .isTrue();
        } finally {
            process.destroy(); // the driver then ends what it has started
        }
        return new Ended(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            assumeTrue(false, "skipped: no Python here: " + e.getMessage());
            throw new AssertionError(e);
        }
    }
}
