package io.kvkeep.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The files of the live page. They load nothing from anywhere else. */
final class PageFiles {
    private static final String DIRECTORY = "/kvkeep/page/";

    private final Map<String, PageFile> files = Map.of(
            "/", read("index.html", "text/html; charset=utf-8"),
            "/page.css", read("page.css", "text/css; charset=utf-8"),
            "/page.js", read("page.js", "text/javascript; charset=utf-8"));

    Optional<PageFile> of(String path) {
        return Optional.ofNullable(files.get(path));
    }

    private static PageFile read(String name, String type) {
        try (InputStream in = PageFiles.class.getResourceAsStream(DIRECTORY + name)) {
            if (in == null) {
                throw new IllegalStateException("no " + DIRECTORY + name + " in this build");
            }
            return new PageFile(type, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One file.
     *
     * @param type its media type
     */
    record PageFile(String type, String text) {}
}
