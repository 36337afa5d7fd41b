package io.kvkeep.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Asks whether a server is ready. */
final class Probe {
    /** Whether a GET is answered with 200; a server that is not there yet is not ready. */
    static boolean ready(int port, String path) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        try (Wire wire = Wire.connect(port)) {
            wire.send(ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
            Head head = wire.head();
            return head != null && head.startLine().startsWith("HTTP/1.1 200");
        } catch (IOException notYet) {
            return false;
        }
    }

    private Probe() {}
}
