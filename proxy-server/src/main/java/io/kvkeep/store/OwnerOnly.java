package io.kvkeep.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files and directories that their owner alone can read; on systems without POSIX permissions just files. */
public final class OwnerOnly {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerOnly.class);
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private OwnerOnly() {}

    /**
     * Makes a directory, or narrows one that others can enter.
     *
     * @param prefix with which the names of all files in it begin
     * @throws IOException also if others can enter it and it holds other files: these may be meant for others, and the
     *     directory may be one of the system, so it is left as it is
     */
    static void directory(Path directory, String prefix) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, attributes(directory, DIRECTORY));
        } else if (hasPosix(directory) && isWider(directory, DIRECTORY)) {
            if (holdsOthers(directory, prefix)) {
                throw new IOException(directory + " holds other files and can be entered by others than its owner ("
                        + permissions(directory) + "); close it with chmod 700 or start with another --data-dir");
            }
            narrow(directory, DIRECTORY);
        }
    }

    /** Makes an empty file, or narrows one that others can read. */
    public static void file(Path file) throws IOException {
        try {
            Files.createFile(file, attributes(file, FILE));
        } catch (FileAlreadyExistsException e) {
            if (hasPosix(file) && isWider(file, FILE)) {
                narrow(file, FILE);
            }
        }
    }

    private static void narrow(Path path, Set<PosixFilePermission> allowed) throws IOException {
        LOG.warn("{} was open to others ({}); now its owner alone can read it", path, permissions(path));
        Files.setPosixFilePermissions(path, allowed);
    }

    private static boolean isWider(Path path, Set<PosixFilePermission> allowed) throws IOException {
        return !allowed.containsAll(Files.getPosixFilePermissions(path));
    }

    private static boolean holdsOthers(Path directory, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> !file.getFileName().toString().startsWith(prefix));
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static boolean hasPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return hasPosix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }
}
