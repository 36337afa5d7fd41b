package io.kvkeep.bench.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/** One connection's request, kept as bytes; a new request overwrites the {@link Slot}s. */
public final class RequestTemplate implements Requests {
    private final ByteBuffer bytes;
    private final int bodyStart;
    private final Map<Slot, Integer> offsets = new EnumMap<>(Slot.class);

    /** Takes a body of {@link AgentBody}. */
    public RequestTemplate(byte[] body) {
        byte[] head = head(body.length);
        bytes = ByteBuffer.allocateDirect(head.length + body.length)
                .put(head)
                .put(body)
                .flip();
        bodyStart = head.length;
        ByteBuffer view = body();
        for (Slot slot : Slot.values()) {
            offsets.put(slot, bodyStart + slot.offset(view));
        }
    }

    static byte[] head(int bodyBytes) {
        return ("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: OpenAI/Python 2.24.0\r\n"
                        + "Authorization: Bearer local\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + bodyBytes + "\r\n\r\n")
                .getBytes(ISO_8859_1);
    }

    @Override
    public ByteBuffer request(long number) {
        offsets.forEach((slot, offset) -> bytes.put(offset, slot.value(number).getBytes(ISO_8859_1)));
        return bytes.duplicate();
    }

    @Override
    public ByteBuffer body() {
        return bytes.slice(bodyStart, bytes.limit() - bodyStart);
    }
}
