package io.kvkeep.bench.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.bench.engine.Answers;
import io.kvkeep.bench.engine.Pace;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the request body of a coding agent at an exact size.
 *
 * <p>It holds what a rewriting proxy has to read and cut: a system text whose clock and memory change between requests,
 * tool definitions, and turns of tool calls and results full of escapes and non-ASCII text. What varies stands in
 * {@link Slot}s of fixed width, so that a request is made by overwriting a few bytes.
 */
public final class AgentBody {
    /** From here on a body has the guidance, tools and long results of a real agent. */
    private static final int FULL_AGENT_BYTES = 64 << 10;

    private static final String RULE = "═".repeat(46);

    private final Prose prose = new Prose(11);
    private final List<String> messages = new ArrayList<>();
    private final int size;
    private final boolean full;

    private AgentBody(int size) {
        this.size = size;
        this.full = size >= FULL_AGENT_BYTES;
    }

    /** Writes a body of exactly this size; a {@link RequestTemplate} fills its slots. */
    public static byte[] of(int size, boolean stream, Pace pace) {
        return new AgentBody(size).write(stream, pace);
    }

    private byte[] write(boolean stream, Pace pace) {
        String start = "{\"model\":\"" + pace.model() + "\",\"stream\":" + stream
                + (stream ? ",\"stream_options\":{\"include_usage\":true}" : "")
                + ",\"temperature\":0.70,\"tools\":[" + tools() + "],\"messages\":[";
        messages.add(message("system", system()));
        messages.add(message("user", "Conversation " + Slot.CONVERSATION.mark() + ": why does the café import fail?"));
        String newest = message("assistant", "The import is fixed.") + ","
                + message("user", "Go on, please (" + Slot.SERIAL.mark() + ").") + "]}";
        int left = size - bytes(start) - bytes(String.join(",", messages)) - 1 - bytes(newest);
        if (full) {
            left = fill(left, 5_000);
        }
        left = fill(left, 200);
        String padding = padding(left);
        return (start + String.join(",", messages) + "," + newest.replace("Go on, please", "Go on, please" + padding))
                .getBytes(UTF_8);
    }

    /** Adds steps while they fit, and tells how many bytes are left. */
    private int fill(int room, int resultLength) {
        int left = room;
        while (true) {
            List<String> step = step(resultLength);
            int after = left - bytes(String.join(",", step)) - 1;
            if (after < 0) {
                return left;
            }
            messages.addAll(step);
            left = after;
        }
    }

    private static String padding(int length) {
        if (length < 0) {
            throw new IllegalArgumentException("a body needs " + -length + " bytes more");
        }
        return ".".repeat(length);
    }

    private String system() {
        return "You are Hermes Agent, an intelligent AI assistant created by Nous Research.\n\n"
                + (full ? prose.paragraphs(9_000) + "\n\n" : "")
                + RULE + "\nMEMORY (your personal notes) [49% — 1,085/2,200 chars]\n" + RULE
                + "\nThe user runs the build on 2 cores.\n§\nLast green build: #" + Slot.MEMORY.mark()
                + "\n\nConversation started: Saturday, November 21, 2026 " + Slot.CLOCK.mark()
                + "\nModel: " + Answers.OWNER + "\nProvider: custom";
    }

    private String tools() {
        List<String> tools = new ArrayList<>();
        for (int i = 0; i < (full ? 16 : 1); i++) {
            tools.add("{\"type\":\"function\",\"function\":{\"name\":\"tool_" + i + "\",\"description\":"
                    + Json.quote(prose.sentence(full ? 1_500 : 40))
                    + ",\"parameters\":{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\",\"description\":"
                    + Json.quote(prose.sentence(full ? 300 : 20))
                    + "},\"limit\":{\"type\":\"integer\",\"minimum\":1}},\"required\":[\"path\"]}}}");
        }
        return String.join(",", tools);
    }

    /** A tool call and its result, now and then closed by a sentence and a new question. */
    private List<String> step(int resultLength) {
        int number = messages.size();
        String arguments = "{\"path\": \"src/caf\\u00e9/Menu" + number + ".java\", \"limit\": 1e2}";
        List<String> step = new ArrayList<>();
        step.add("{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_" + number
                + "\",\"type\":\"function\",\"function\":{\"name\":\"tool_0\",\"arguments\":" + Json.quote(arguments)
                + "}}]}");
        step.add("{\"role\":\"tool\",\"tool_call_id\":\"call_" + number + "\",\"content\":"
                + Json.quote(prose.source(resultLength)) + "}");
        if (full && number % 5 == 0) {
            step.add(message("assistant", prose.sentence(200)));
            step.add(message("user", prose.sentence(120)));
        }
        return step;
    }

    private static String message(String role, String content) {
        return "{\"role\":\"" + role + "\",\"content\":" + Json.quote(content) + "}";
    }

    private static int bytes(String text) {
        return text.getBytes(UTF_8).length;
    }
}
