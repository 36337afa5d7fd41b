package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads HTTP/1.1 from a socket with as little understanding as possible. */
final class RawReader {
    private final InputStream in;

    RawReader(InputStream in) {
        this.in = new BufferedInputStream(in, 64 << 10);
    }

    /** Reads a head; empty if the connection ends before its first byte. */
    Optional<String> head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) {
                if (head.size() == 0) {
                    return Optional.empty();
                }
                throw new EOFException("the connection ended within a head: " + head.toString(ISO_8859_1));
            }
            head.write(b);
            matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return Optional.of(head.toString(ISO_8859_1));
    }

    /** Reads the body that belongs to a head; without any length it is empty or goes on to the end. */
    RawMessage body(String head, boolean toTheEnd) throws IOException {
        RawMessage frame = new RawMessage(head, new byte[0], List.of(), true);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (frame.header("transfer-encoding").contains("chunked")) {
            return chunked(head, body);
        }
        List<String> lengths = frame.header("content-length");
        boolean complete = true;
        if (!lengths.isEmpty()) {
            complete = copy(body, Integer.parseInt(lengths.get(0)));
        } else if (toTheEnd) {
            copy(body, Integer.MAX_VALUE);
        }
        return new RawMessage(head, body.toByteArray(), List.of(), complete);
    }

    private RawMessage chunked(String head, ByteArrayOutputStream body) throws IOException {
        List<String> trailers = new ArrayList<>();
        boolean complete = false;
        try {
            byte[] chunk = chunk();
            while (chunk.length > 0) {
                body.write(chunk);
                chunk = chunk();
            }
            for (String line = line(); !line.isEmpty(); line = line()) {
                trailers.add(line);
            }
            complete = true;
        } catch (IOException e) {
            // broken off: what came until then is what there is
        }
        return new RawMessage(head, body.toByteArray(), trailers, complete);
    }

    /** Reads one chunk; the last one is empty, and trailers follow it. */
    byte[] chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        byte[] chunk = exactly(size);
        if (size > 0 && !line().isEmpty()) {
            throw new IOException("no line break behind a chunk");
        }
        return chunk;
    }

    byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection ended " + (length - bytes.length) + " bytes too early");
        }
        return bytes;
    }

    /** Reads until the connection ends, in order or not. */
    byte[] rest() {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        copy(rest, Integer.MAX_VALUE);
        return rest.toByteArray();
    }

    private boolean copy(ByteArrayOutputStream to, int length) {
        byte[] part = new byte[64 << 10];
        int left = length;
        try {
            while (left > 0) {
                int read = in.read(part, 0, Math.min(left, part.length));
                if (read < 0) {
                    return false;
                }
                to.write(part, 0, read);
                left -= read;
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection is still open and silent", e);
        } catch (IOException e) {
            return false; // reset
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int b;
        while ((b = in.read()) != '\n') {
            if (b < 0) {
                throw new EOFException("the connection ended within a line: " + line);
            }
            line.append((char) b);
        }
        if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
            throw new IOException("a line without CR: " + line);
        }
        return line.substring(0, line.length() - 1);
    }
}
