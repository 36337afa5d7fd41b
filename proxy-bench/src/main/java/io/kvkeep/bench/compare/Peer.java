package io.kvkeep.bench.compare;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kvkeep.bench.engine.Head;
import io.kvkeep.bench.engine.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;

/**
 * A proxy that is measured.
 *
 * @param version as it tells it, or empty
 * @param rewrites whether a changed body is its work rather than an error
 * @param adminPort where {@code GET /healthz} tells that it is ready, for those that have one
 */
public record Peer(
        String name, String version, boolean rewrites, List<String> command, int port, OptionalInt adminPort) {
    /** Copies the command. */
    public Peer {
        command = List.copyOf(command);
    }

    /** The name with the version. */
    public String title() {
        return version.isEmpty() ? name : name + " " + version;
    }

    /** Whether an answer of the engine comes through it by now. */
    boolean ready() {
        return (adminPort.isEmpty() || answers(adminPort.getAsInt(), "/healthz")) && answers(port, "/v1/models");
    }

    private static boolean answers(int port, String path) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        try (Wire wire = Wire.connect(port)) {
            wire.send(ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
            Head head = wire.head();
            return head != null && head.startLine().startsWith("HTTP/1.1 200");
        } catch (IOException notYet) {
            return false;
        }
    }
}
