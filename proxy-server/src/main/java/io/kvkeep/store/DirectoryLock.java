package io.kvkeep.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right of one log to its files, until it is closed or the process dies.
 *
 * <p>It is held on a file of its own, as compaction puts a new file in the place of the log.
 */
final class DirectoryLock implements AutoCloseable {
    /**
     * The lock files of this process. Locks of POSIX belong to the process, and closing any other channel on the same
     * file would give them up; so a second channel must not even be opened.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private DirectoryLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param name of the lock file in a directory that exists
     * @throws DirectoryInUse if another holds it
     */
    static DirectoryLock take(Path directory, String name) throws IOException {
        Path real = directory.toRealPath().resolve(name);
        if (!HELD.add(real)) {
            throw new DirectoryInUse(directory);
        }
        try {
            OwnerOnly.file(real);
            return new DirectoryLock(real, locked(real, directory));
        } catch (IOException | RuntimeException e) {
            HELD.remove(real);
            throw e;
        }
    }

    private static FileChannel locked(Path file, Path directory) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new DirectoryInUse(directory);
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
