package io.kvkeep.bench.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.answer.Emitted;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * One long session of Hermes, request by request, with what the engine answers.
 *
 * <p>Five requests make a task: four calls of tools, one answer in words. An answer has 600 characters of reasoning; a
 * call has 150 characters of arguments, every eighth 3,000 (an edit); words are 800 characters, a tool result 3,000.
 * Memory changes with every third task. Hermes sends arguments back sorted and leaves reasoning out.
 */
public final class Session {
    private static final int TASK = 5;
    private static final int MEMORY_HOLDS = 3;

    private final Prose prose;
    private final Random random;
    private final String head;
    private final StringBuilder history = new StringBuilder();
    private int requests;
    private int memory;
    private String said = "";

    /** Begins a session; another number is another session of the same agent, on another day. */
    public Session(int number) {
        prose = new Prose(number);
        random = new Random(number);
        memory = number;
        byte[] body = AgentBody.of(60 << 10, false, new io.kvkeep.bench.engine.Pace(8, 0));
        String text = new String(body, UTF_8);
        head = text.substring(0, text.indexOf(",{\"role\":\"user\""));
        said = user();
    }

    /** Returns the body of the next request. */
    public ByteBuffer request() {
        history.append(',').append(said);
        requests++;
        if (requests % (TASK * MEMORY_HOLDS) == 0) {
            memory += 1_000;
        }
        String body = head.replace(Slot.MEMORY.mark(), Slot.MEMORY.value(4L * memory))
                        .replace(Slot.CLOCK.mark(), Slot.CLOCK.value(memory))
                + history + "]}";
        return ByteBuffer.wrap(body.getBytes(UTF_8));
    }

    /** Returns what the engine answers to the last request. */
    public Emitted answer() {
        String reasoning = prose.sentence(600);
        if (requests % TASK == 0) {
            String words = prose.sentence(800);
            said = message("assistant", words) + "," + user();
            return new Emitted(words, reasoning, List.of());
        }
        String id = "call_" + requests;
        String path = "src/main/java/menu/Menu" + random.nextInt(1_000) + ".java";
        String text = Json.quote(prose.sentence(requests % 8 == 0 ? 3_000 : 100));
        String sorted = "{\"content\":" + text + ",\"path\":\"" + path + "\"}";
        said = "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"" + id
                + "\",\"type\":\"function\",\"function\":{\"name\":\"tool_0\",\"arguments\":" + Json.quote(sorted)
                + "}}]},{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":"
                + Json.quote(prose.source(3_000)) + "}";
        String emitted = "{\"path\": \"" + path + "\", \"content\": " + text + "}";
        return new Emitted("", reasoning, List.of(new Emitted.Call("tool_0", emitted)));
    }

    private String user() {
        return message("user", prose.sentence(150) + " (task " + random.nextInt() + ")");
    }

    private static String message(String role, String content) {
        return "{\"role\":\"" + role + "\",\"content\":" + Json.quote(content) + "}";
    }
}
