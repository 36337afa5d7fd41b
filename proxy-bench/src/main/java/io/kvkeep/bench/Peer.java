package io.kvkeep.bench;

import java.util.List;
import java.util.OptionalInt;

/**
 * A proxy that is measured.
 *
 * @param version as it tells it, or empty
 * @param rewrites whether a changed body is its work rather than an error
 * @param adminPort where {@code GET /healthz} tells that it is ready, for those that have one
 */
record Peer(String name, String version, boolean rewrites, List<String> command, int port, OptionalInt adminPort) {
    Peer {
        command = List.copyOf(command);
    }

    String title() {
        return version.isEmpty() ? name : name + " " + version;
    }
}
