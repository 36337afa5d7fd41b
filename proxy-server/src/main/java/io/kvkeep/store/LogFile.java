package io.kvkeep.store;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a log file ready for appends: keeps what is whole, cuts what is not, moves aside what it can't read. */
final class LogFile {
    private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);

    private LogFile() {}

    /** How many bytes are left in a file, and how many were cut off or moved aside. */
    record Recovered(long wholeBytes, long cutBytes) {}

    /** Opens a file for appends; tests put failing disks here. */
    @FunctionalInterface
    interface Opener {
        /** A file stream and no channel: the interrupt of an event loop would close a channel for everyone. */
        Opener FILE = file -> new FileOutputStream(file.toFile(), true);

        OutputStream open(Path file) throws IOException;
    }

    /** Gives all whole records of a file and leaves it with nothing else in it; a missing one is made. */
    static Recovered recover(Path file, int formatVersion, Consumer<byte[]> each) throws IOException {
        if (!Files.exists(file)) {
            return make(file, formatVersion, 0);
        }
        OwnerOnly.file(file);
        long wholeBytes;
        long fileBytes;
        try (LogReader reader = new LogReader(file)) {
            fileBytes = reader.fileBytes();
            if (fileBytes < LogFormat.HEADER_BYTES) {
                wholeBytes = 0; // killed while it was made
            } else if (reader.version().isEmpty()) {
                moveAside(file, "unreadable", "does not begin like a log of kvkeep");
                return make(file, formatVersion, fileBytes);
            } else if (reader.version().getAsInt() != formatVersion) {
                int version = reader.version().getAsInt();
                moveAside(
                        file, "v" + version, "has format version " + version + ", this kvkeep reads " + formatVersion);
                return make(file, formatVersion, fileBytes);
            } else {
                reader.readAll(each);
                wholeBytes = reader.wholeBytes();
            }
        }
        if (wholeBytes < fileBytes) {
            cut(file, wholeBytes, fileBytes);
        }
        return wholeBytes == 0
                ? make(file, formatVersion, fileBytes)
                : new Recovered(wholeBytes, fileBytes - wholeBytes);
    }

    /** Returns the file of the same directory whose name is longer by a suffix. */
    static Path sibling(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + "." + suffix);
    }

    private static Recovered make(Path file, int formatVersion, long cutBytes) throws IOException {
        OwnerOnly.file(file);
        Files.write(file, LogFormat.header(formatVersion));
        return new Recovered(LogFormat.HEADER_BYTES, cutBytes);
    }

    private static void cut(Path file, long wholeBytes, long fileBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(wholeBytes);
        }
        LOG.warn(
                "{} was torn or damaged behind byte {}: {} of {} bytes are cut off",
                file,
                wholeBytes,
                fileBytes - wholeBytes,
                fileBytes);
    }

    private static void moveAside(Path file, String suffix, String reason) throws IOException {
        Path aside = sibling(file, suffix);
        for (int i = 2; Files.exists(aside); i++) {
            aside = sibling(file, suffix + "-" + i);
        }
        Files.move(file, aside);
        LOG.warn("{} {}: its {} bytes are now in {}, and the log begins anew", file, reason, Files.size(aside), aside);
    }
}
