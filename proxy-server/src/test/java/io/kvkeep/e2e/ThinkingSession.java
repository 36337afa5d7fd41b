package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A question, a loop of tool calls with reasoning before each, an answer, and the next question. */
final class ThinkingSession {
    private static final int STEPS = 8;

    private final String thought;
    private final List<ObjectNode> messages = new ArrayList<>();
    private String model = "tiny";
    private String effort = "";

    /**
     * Makes a session whose loop is over.
     *
     * @param chars about how long its prompt is
     * @param thought what the model is made to say before its words; it ends its thinking if that has begun by itself
     */
    ThinkingSession(int topic, int chars, String thought) {
        this.thought = thought;
        Filler filler = new Filler(topic);
        messages.add(message("system", "Topic " + topic + ".\n" + filler.lines(chars / 5)));
        messages.add(message("user", "Find out why the board shows old rows."));
        for (int i = 0; i < STEPS; i++) {
            String id = "call_" + i;
            ObjectNode call = message("assistant", "").put("reasoning_content", filler.lines(chars / 5 / STEPS));
            call.putArray("tool_calls")
                    .addObject()
                    .put("id", id)
                    .put("type", "function")
                    .putObject("function")
                    .put("name", "read_file")
                    .put("arguments", "{\"path\":\"log-" + i + ".txt\"}");
            messages.add(call);
            messages.add(message("tool", filler.lines(3 * chars / 5 / STEPS)).put("tool_call_id", id));
        }
    }

    /** Speaks as Ollama understands it: reasoning has another name there, and is printed only if some is asked for. */
    ThinkingSession atOllama(String name) {
        model = name;
        effort = "high";
        for (ObjectNode message : messages) {
            if (message.has("reasoning_content")) {
                message.set("reasoning", message.remove("reasoning_content"));
            }
        }
        return this;
    }

    /** Asks for the answer that ends the loop, and sends it back with the next question. */
    Reply endLoop(URI server) {
        Reply reply = Reply.to(server, body(thought + "A reader had failed."));
        messages.add(message("assistant", reply.text()));
        messages.add(message("user", "Then write down how a reader is added."));
        return reply;
    }

    /** Tells what the next question cost without reading ahead, and with it. */
    static void print(String what, Reply without, Reply with) {
        System.out.printf(
                "%s read %d of %d tokens in %.0f ms without, %d of %d in %.0f ms with reading ahead%n",
                what,
                without.counts().readTokens(),
                without.counts().promptTokens(),
                without.firstTokenMillis(),
                with.counts().readTokens(),
                with.counts().promptTokens(),
                with.firstTokenMillis());
    }

    /** Asks the next question. */
    Reply next(URI server) {
        return Reply.to(server, body(thought + "Done."));
    }

    private String body(String answer) {
        ObjectNode body = Http.object().put("model", model).put("stream", true).put("max_tokens", 64);
        if (!effort.isEmpty()) {
            body.put("reasoning_effort", effort);
        }
        body.putObject("stream_options").put("include_usage", true);
        ArrayNode all = body.putArray("messages");
        messages.forEach(all::add);
        ObjectNode tool = body.putArray("tools").addObject().put("type", "function");
        ObjectNode function =
                tool.putObject("function").put("name", "read_file").put("description", "Reads a file.");
        function.putObject("parameters")
                .put("type", "object")
                .putObject("properties")
                .putObject("path")
                .put("type", "string");
        return body.put("tool_choice", "none")
                .put("grammar", "root ::= " + Http.quoted(answer))
                .toString();
    }

    private static ObjectNode message(String role, String content) {
        return Http.object().put("role", role).put("content", content);
    }
}
