package io.kvkeep.reload;

import io.kvkeep.config.Effective;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the configuration comes from, each time that it is read. */
public interface ConfigSource {
    /** Returns the file, if there is one. */
    Optional<Path> file();

    /**
     * Reads everything; what is wrong is said in the answer.
     *
     * @throws IOException if the file is not there or can't be read
     */
    Effective read() throws IOException;
}
