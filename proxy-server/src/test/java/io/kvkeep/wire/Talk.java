package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.TextNode;
import io.kvkeep.cli.Kvkeep;
import java.io.IOException;

/** What an agent and an engine say to each other, as bytes. */
final class Talk {
    static final String MEMORY_RULE = "═".repeat(46);

    private Talk() {}

    /** A request whose messages stand last. */
    static String body(String... messages) {
        return "{\"model\":\"m\",\"messages\":[" + String.join(",", messages) + "]}";
    }

    /** The start of a request that stays as it is when the conversation goes on. */
    static String open(String body) {
        if (!body.endsWith("]}")) {
            throw new AssertionError("the messages stand last: " + body);
        }
        return body.substring(0, body.length() - 2);
    }

    static String system(String text) {
        return message("system", text);
    }

    static String user(String text) {
        return message("user", text);
    }

    static String assistant(String text) {
        return message("assistant", text);
    }

    static String call(String text, String arguments) {
        return "{\"role\":\"assistant\",\"content\":" + quoted(text) + ",\"tool_calls\":[{\"id\":\"c1\","
                + "\"type\":\"function\",\"function\":{\"name\":\"gauge\",\"arguments\":" + quoted(arguments) + "}}]}";
    }

    static String result(String text) {
        return "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":" + quoted(text) + "}";
    }

    /** System text of an agent without a profile on a day of November. */
    static String dated(int day) {
        return system("You keep the tide tables.\n\nCurrent date: 2026-11-" + day + "\n\nBe brief.");
    }

    /** System text of Hermes with a memory. */
    static String hermes(String memory) {
        return system("You are Hermes Agent, an intelligent AI assistant created by Nous Research.\n\n"
                + "Keep the tide tables in order.\n\n"
                + MEMORY_RULE + "\nMEMORY (your personal notes) [3% — 68/2,200 chars]\n" + MEMORY_RULE + "\n" + memory
                + "\n\nConversation started: Saturday, November 21, 2026\nModel: m");
    }

    /** A whole answer of the engine: one choice with this message. */
    static String answer(String message) {
        return "{\"choices\":[{\"index\":0,\"message\":" + message + ",\"finish_reason\":\"stop\"}]}";
    }

    static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    private static String message(String role, String text) {
        return "{\"role\":\"" + role + "\",\"content\":" + quoted(text) + "}";
    }

    /** Sends a request on a connection of its own, takes the answer in, and returns what reached the engine. */
    static String sent(Kvkeep kvkeep, RawEngine engine, String body, String... headerLines)
            throws IOException, InterruptedException {
        try (RawClient client = new RawClient(kvkeep.address().port())) {
            client.post(WireTest.CHAT, body.getBytes(UTF_8), headerLines);
            String arrived = engine.next().message().text();
            client.answer();
            return arrived;
        }
    }
}
