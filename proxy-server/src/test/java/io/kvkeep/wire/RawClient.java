package io.kvkeep.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/** A client on a plain socket: sends exact bytes and reads what comes. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final OutputStream out;
    private final RawReader in;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        out = socket.getOutputStream();
        in = new RawReader(socket.getInputStream());
    }

    RawClient send(String chars) throws IOException {
        return send(RawMessage.bytes(chars));
    }

    RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    /** Sends a POST with a body of that many bytes. */
    RawClient post(String target, byte[] body, String... headerLines) throws IOException {
        StringBuilder head = new StringBuilder("POST " + target + " HTTP/1.1\r\nHost: kvkeep.test\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        send(head.append("Content-Length: ")
                .append(body.length)
                .append("\r\n\r\n")
                .toString());
        return send(body);
    }

    RawClient get(String target) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    String head() throws IOException {
        return in.head().orElseThrow(() -> new IOException("the connection ended instead of an answer"));
    }

    byte[] chunk() throws IOException {
        return in.chunk();
    }

    byte[] exactly(int length) throws IOException {
        return in.exactly(length);
    }

    /** Reads one whole answer. */
    RawMessage answer() throws IOException {
        return body(head());
    }

    /** Reads the body behind a head that was read. */
    RawMessage body(String head) throws IOException {
        int status = Integer.parseInt(head.substring(9, 12));
        return status == 204 || status == 304 ? answerToHead(head) : in.body(head, true);
    }

    /** Reads an answer that has no body whatever its headers say. */
    RawMessage answerToHead() throws IOException {
        return answerToHead(head());
    }

    private static RawMessage answerToHead(String head) {
        return new RawMessage(head, new byte[0], java.util.List.of(), true);
    }

    /** Reads until the connection ends. */
    byte[] rest() {
        return in.rest();
    }

    void patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Leaves in a way that the other end takes for a crash. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
