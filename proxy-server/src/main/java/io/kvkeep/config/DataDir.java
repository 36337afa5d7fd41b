package io.kvkeep.config;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** The directory of this deployment; readable by its owner alone. */
public final class DataDir {
    private static final int SECRET_BYTES = 32;

    private DataDir() {}

    /** Returns the place that is used unless told otherwise: {@code $XDG_DATA_HOME/kvkeep} or below the home. */
    public static Path usual() {
        String xdg = System.getenv("XDG_DATA_HOME");
        Path base = xdg != null && !xdg.isBlank() ? Path.of(xdg) : home().resolve(".local/share");
        return base.resolve("kvkeep");
    }

    /** Returns the user's home. Java asks the system, which knows none for a user that a container has made up. */
    public static Path home() {
        String home = System.getenv("HOME");
        return Path.of(home != null && !home.isBlank() ? home : System.getProperty("user.home"));
    }

    /**
     * Returns the secret of this deployment; makes it on the first call. Ids of notes are derived from it, so they stay
     * the same over restarts.
     *
     * @throws IOException if the directory can't be written; the message names it
     */
    public static byte[] secret(Path dir) throws IOException {
        Path file = dir.resolve("secret");
        if (Files.exists(file)) {
            return read(file);
        }
        Files.createDirectories(dir, ownerOnly(dir, "rwx------"));
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        Path fresh = Files.createTempFile(dir, "secret", ".new", ownerOnly(dir, "rw-------"));
        try {
            Files.write(fresh, secret);
            publish(fresh, file);
            return secret;
        } catch (FileAlreadyExistsException e) {
            return read(file);
        } catch (FileSystemException e) {
            throw e; // names the file
        } catch (IOException e) {
            throw new IOException(dir + " can't be written: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Gives the file its name; fails if another process was faster, and then its secret holds. */
    private static void publish(Path fresh, Path file) throws IOException {
        try {
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            Files.move(fresh, file); // some mounts have no links; the move leaves a gap of microseconds
        }
    }

    private static byte[] read(Path file) throws IOException {
        byte[] secret = Files.readAllBytes(file);
        if (secret.length != SECRET_BYTES) {
            throw new IOException(file + " has " + secret.length + " bytes instead of " + SECRET_BYTES
                    + "; delete it and a new one is made");
        }
        return secret;
    }

    private static FileAttribute<?>[] ownerOnly(Path dir, String permissions) {
        if (!dir.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
    }
}
