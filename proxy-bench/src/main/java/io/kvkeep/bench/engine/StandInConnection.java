package io.kvkeep.bench.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Answers the requests of one connection, one after the other. */
final class StandInConnection {
    private static final byte[] STREAM_FLAG = "\"stream\":".getBytes(ISO_8859_1);

    private final Wire wire;
    private ByteBuffer out = ByteBuffer.allocateDirect(4096);

    StandInConnection(Wire wire) {
        this.wire = wire;
    }

    void run() throws IOException {
        for (Head head = wire.head(); head != null; head = wire.head()) {
            answer(head, body(head));
            if (head.close()) {
                return;
            }
        }
    }

    private ByteBuffer body(Head head) throws IOException {
        if (!head.chunked()) {
            return wire.take(Math.max(0, head.contentLength()));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            byte[] chunk = new byte[size];
            wire.take(size).get(chunk);
            body.writeBytes(chunk);
            wire.line();
        }
        while (!wire.line().isEmpty()) {
            // trailers have no use here
        }
        return ByteBuffer.wrap(body.toByteArray());
    }

    private int chunkSize() throws IOException {
        String line = wire.line();
        int extension = line.indexOf(';');
        return Integer.parseInt((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
    }

    private void answer(Head head, ByteBuffer body) throws IOException {
        String request = head.startLine();
        if (request.startsWith("POST /v1/chat/completions ")) {
            String serial = Answers.serialIn(body);
            String checksum = Answers.checksum(body);
            if (wantsStream(body)) {
                stream(serial, checksum, Pace.in(body));
            } else {
                send("200 OK", Answers.completion(serial, checksum));
            }
        } else if (request.startsWith("GET /v1/models ")) {
            send("200 OK", Answers.models());
        } else {
            send("404 Not Found", "{\"error\":{\"message\":\"no such path\",\"type\":\"not_found_error\"}}");
        }
    }

    private static boolean wantsStream(ByteBuffer body) {
        int at = Bytes.indexOf(body, STREAM_FLAG);
        if (at < 0) {
            return false;
        }
        int value = body.position() + at + STREAM_FLAG.length;
        while (value < body.limit() && body.get(value) == ' ') {
            value++;
        }
        return value < body.limit() && body.get(value) == 't';
    }

    private void send(String status, String json) throws IOException {
        send("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + json.length()
                + "\r\n\r\n" + json);
    }

    private void stream(String serial, String checksum, Pace pace) throws IOException {
        String opening = Answers.chunk(serial, checksum, "{\"role\":\"assistant\",\"content\":\"\"}", "null");
        send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n" + framed(opening));
        for (int i = 0; i < pace.chunks(); i++) {
            if (pace.gapMicros() > 0) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(pace.gapMicros()));
            }
            String delta = "{\"content\":\"" + new Stamp(i, System.nanoTime()) + "\"}";
            send(framed(Answers.chunk(serial, checksum, delta, "null")));
        }
        send(framed(Answers.chunk(serial, checksum, "{}", "\"stop\""))
                + framed(Answers.usage(serial, pace.chunks()))
                + framed(Answers.DONE)
                + "0\r\n\r\n");
    }

    private static String framed(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private void send(String text) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        if (bytes.length > out.capacity()) {
            out = ByteBuffer.allocateDirect(2 * bytes.length);
        }
        wire.send(out.clear().put(bytes).flip());
    }
}
