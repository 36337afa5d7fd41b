package io.kvkeep.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What shows that files are others now: time, length and identity of each, behind all links.
 *
 * <p>They are looked at instead of being told of: a file that an editor puts in the place of another, a link of
 * Kubernetes that points to another directory and a directory of another machine all show here, and not in every kernel's
 * messages.
 */
record FileStamps(Map<Path, String> byPath) {
    /**
     * Looks at the files.
     *
     * @param file the configuration
     * @param directory the profiles
     */
    static FileStamps of(Optional<Path> file, Optional<Path> directory) {
        Map<Path, String> stamps = new TreeMap<>();
        file.ifPresent(path -> stamps.put(path, stamp(path)));
        if (directory.isPresent()) {
            try (Stream<Path> inside = Files.list(directory.get())) {
                inside.forEach(path -> stamps.put(path, stamp(path)));
            } catch (IOException e) {
                stamps.put(directory.get(), "unreadable");
            }
        }
        return new FileStamps(stamps);
    }

    private static String stamp(Path path) {
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            return file.lastModifiedTime() + " " + file.size() + " " + file.fileKey();
        } catch (IOException e) {
            return "absent";
        }
    }
}
