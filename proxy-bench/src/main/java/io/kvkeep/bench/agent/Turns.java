package io.kvkeep.bench.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.bench.engine.Answers;
import io.kvkeep.bench.engine.Pace;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/**
 * Conversations that go on: each request is the one before with the engine's answer and the result of its call behind
 * it. The memory section changes with every third turn.
 *
 * <p>A conversation has {@value #TURNS} turns and grows from three quarters to five quarters of the size; then the next
 * one begins.
 */
public final class Turns implements Requests {
    static final int TURNS = 32;

    private static final int MEMORY_HOLDS = 3;
    private static final int HEAD_BYTES = 512;
    private static final byte[] END = "]}".getBytes(ISO_8859_1);

    private final byte[] opening;
    private final Map<Slot, Integer> places = new EnumMap<>(Slot.class);
    private final String result;
    private final ByteBuffer bytes;
    private int start;
    private int turn;
    private long conversation;

    /** Makes conversations of which a request has this size on average. */
    public Turns(int bodyBytes, Pace pace) {
        int stepBytes = bodyBytes / (2 * TURNS);
        opening = AgentBody.of(bodyBytes - TURNS / 2 * stepBytes, false, pace);
        for (Slot slot : Slot.values()) {
            places.put(slot, slot.offset(ByteBuffer.wrap(opening)));
        }
        String source = Json.quote(new Prose(12).source(stepBytes));
        int frame = turn("", 0).getBytes(UTF_8).length;
        // Cut at a line's end, so that no escape is cut in two.
        int length = source.lastIndexOf("\\n", Math.max(0, stepBytes - frame));
        result = length > 0 ? source.substring(1, length) : "";
        bytes = ByteBuffer.allocateDirect(HEAD_BYTES + bodyBytes * 2);
    }

    @Override
    public ByteBuffer request(long number) {
        if (turn == 0) {
            conversation = number;
            bytes.clear().position(HEAD_BYTES).put(opening).flip();
            fill(Slot.CLOCK, conversation);
            fill(Slot.CONVERSATION, conversation * 16);
            fill(Slot.SERIAL, number);
        } else {
            int end = bytes.limit() - END.length;
            bytes.clear()
                    .position(end)
                    .put(turn(result, number).getBytes(UTF_8))
                    .put(END)
                    .flip();
        }
        fill(Slot.MEMORY, (conversation + turn / MEMORY_HOLDS) * 4);
        turn = (turn + 1) % TURNS;
        byte[] head = RequestTemplate.head(bytes.limit() - HEAD_BYTES);
        start = HEAD_BYTES - head.length;
        bytes.put(start, head);
        return bytes.slice(start, bytes.limit() - start);
    }

    @Override
    public ByteBuffer body() {
        return bytes.slice(HEAD_BYTES, bytes.limit() - HEAD_BYTES);
    }

    private static String turn(String result, long number) {
        return "," + Answers.answerSentBack() + ",{\"role\":\"tool\",\"tool_call_id\":\"call_0\",\"content\":\""
                + result + " " + Answers.serial(number) + "\"}";
    }

    private void fill(Slot slot, long number) {
        bytes.put(HEAD_BYTES + places.getOrDefault(slot, 0), slot.value(number).getBytes(ISO_8859_1));
    }
}
