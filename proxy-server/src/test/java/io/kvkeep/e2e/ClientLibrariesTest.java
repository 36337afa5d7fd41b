package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official client libraries see through kvkeep what they see directly: {@code e2e/clients/check.py} with its scripted
 * engine. It installs nothing unless KVKEEP_CLIENTS_DIR says where to.
 */
class ClientLibrariesTest {
    private static final Path PROGRAMS = Path.of("..", "e2e", "clients");
    /** What check.py and setup.sh answer on a computer that can't have the libraries. */
    private static final int UNAVAILABLE = 3;

    private static final long INSTALL_SECONDS = 300;
    /** Half a minute on idle cores. */
    private static final long CHECK_SECONDS = 240;

    @TempDir
    private Path logs;

    @Test
    void theChecksFindWhatTheyAreThereFor() throws IOException, InterruptedException {
        assumeTrue(isThere("python3"), "python3 is not there");
        Run tests = run(CHECK_SECONDS, "python3", "-m", "unittest", "-q", "test_verdict");
        assertThat(tests.exit()).as(tests.output()).isZero();
    }

    @Test
    void everyClientLibraryWorksAsWithoutTheProxy() throws IOException, InterruptedException {
        assumeTrue(isThere("python3"), "python3 is not there");
        assumeTrue(isThere("node"), "node is not there");
        Path jar = Installed.jar().toAbsolutePath();
        String directory = clientsDirectory();
        Run setup = run(INSTALL_SECONDS, "./setup.sh", directory);
        assumeTrue(setup.exit() != UNAVAILABLE, setup::output);
        assertThat(setup.exit()).as(setup.output()).isZero();
        Run check = run(CHECK_SECONDS, "python3", "check.py", "--clients", directory, "--jar", jar.toString());
        assertThat(check.exit()).as(check.output()).isZero();
    }

    private static String clientsDirectory() {
        String named = System.getenv("KVKEEP_CLIENTS_DIR");
        if (named != null) {
            return named;
        }
        Path usual = Path.of(System.getProperty("user.home"), ".cache", "kvkeep-clients");
        assumeTrue(
                Files.isReadable(usual.resolve("venv/.stamp"))
                        && Files.isReadable(usual.resolve("node_modules/.stamp")),
                () -> "KVKEEP_CLIENTS_DIR is not set, and " + usual + " has no client libraries; "
                        + "e2e/clients/setup.sh DIR makes such a directory");
        return usual.toString();
    }

    private Run run(long limitSeconds, String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(logs, "run", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(PROGRAMS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        boolean ended = process.waitFor(limitSeconds, TimeUnit.SECONDS);
        if (!ended) {
            process.destroy(); // SIGTERM lets it stop what it has started
            process.waitFor(10, TimeUnit.SECONDS);
        }
        String output = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(ended)
                .as("%s ends within %d s; its output:%n%s", List.of(command), limitSeconds, output)
                .isTrue();
        return new Run(process.exitValue(), output);
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private record Run(int exit, String output) {}
}
