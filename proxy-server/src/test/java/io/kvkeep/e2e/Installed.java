package io.kvkeep.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** What tests against a real llama.cpp find on this computer; without it they skip themselves and say what is missing. */
final class Installed {
    private Installed() {}

    /** The directory that {@code e2e/llama/setup.sh} has prepared. */
    static Path llamaDirectory() {
        String directory = System.getenv("KVKEEP_LLAMA_DIR");
        assumeTrue(directory != null, "KVKEEP_LLAMA_DIR is not set; e2e/llama/setup.sh DIR makes such a directory");
        Path path = Path.of(directory);
        for (TinyModel model : TinyModel.values()) {
            assumeTrue(Files.isReadable(path.resolve(model.file())), () -> path + " has no " + model.file());
        }
        assumeTrue(Files.isExecutable(path.resolve("venv/bin/python")), () -> path + " has no venv");
        return path;
    }

    /** The packaged proxy. */
    static Path jar() {
        Path jar = Path.of(System.getProperty("kvkeep.jar", "target/kvkeep.jar"));
        assumeTrue(Files.isReadable(jar), () -> jar.toAbsolutePath() + " is not there; mvn package makes it");
        return jar;
    }
}
