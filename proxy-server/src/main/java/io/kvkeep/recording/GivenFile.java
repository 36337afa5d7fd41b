package io.kvkeep.recording;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that the user named on the command line. Java's own message for the commonest problems is its path alone. */
public final class GivenFile {
    private GivenFile() {}

    /**
     * Opens it.
     *
     * @throws IOException if that fails; the message says what is wrong with which file, and what to do
     */
    public static InputStream open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a directory; name a file in it");
        }
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "there is no " + file + "; relative paths begin at "
                            + Path.of("").toAbsolutePath(),
                    e);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    file
                            + " can't be read: permission denied. Recordings can be read by their owner alone; run kvkeep as"
                            + " that user, or copy the file",
                    e);
        } catch (IOException e) {
            throw new IOException(file + " can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads it whole.
     *
     * @throws IOException as with {@link #open}
     */
    public static byte[] read(Path file) throws IOException {
        try (InputStream in = open(file)) {
            return in.readAllBytes();
        }
    }
}
