package io.kvkeep.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.simulation.PrefixSlot.Count;
import java.util.function.Consumer;

/** An answer in the forms of the chat completions protocol: one JSON object, or a stream of events. */
record SimulatedAnswer(String model, String callId, Answer answer, Count count) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PIECE_CHARS = 24;

    String plain() {
        ObjectNode whole = head("chat.completion");
        ObjectNode choice = whole.putArray("choices").addObject().put("index", 0);
        ObjectNode message =
                choice.putObject("message").put("role", "assistant").put("content", answer.text());
        if (answer.isCall()) {
            answer.putCall(message, callId, answer.emittedArguments());
        }
        choice.put("finish_reason", finishReason());
        whole.set("usage", usage());
        return whole.toString();
    }

    String events(boolean withUsage) {
        StringBuilder events = new StringBuilder();
        event(events, delta(delta -> delta.put("role", "assistant")));
        for (int at = 0; at < answer.text().length(); at += PIECE_CHARS) {
            String piece = answer.text()
                    .substring(at, Math.min(at + PIECE_CHARS, answer.text().length()));
            event(events, delta(delta -> delta.put("content", piece)));
        }
        if (answer.isCall()) {
            event(events, delta(delta -> answer.putCall(delta, callId, answer.emittedArguments())));
        }
        ObjectNode last = delta(delta -> {});
        ((ObjectNode) last.path("choices").path(0)).put("finish_reason", finishReason());
        event(events, last);
        if (withUsage) {
            ObjectNode chunk = head("chat.completion.chunk");
            chunk.putArray("choices");
            chunk.set("usage", usage());
            event(events, chunk);
        }
        return events.append("data: [DONE]\n\n").toString();
    }

    private ObjectNode delta(Consumer<ObjectNode> filler) {
        ObjectNode chunk = head("chat.completion.chunk");
        filler.accept(chunk.putArray("choices").addObject().put("index", 0).putObject("delta"));
        return chunk;
    }

    private ObjectNode head(String object) {
        return JSON.createObjectNode()
                .put("id", "simulated")
                .put("object", object)
                .put("created", 0)
                .put("model", model);
    }

    private ObjectNode usage() {
        int completion = PrefixSlot.tokens(answer.emitted().length());
        ObjectNode usage = JSON.createObjectNode()
                .put("prompt_tokens", count.prompt())
                .put("completion_tokens", completion)
                .put("total_tokens", count.prompt() + completion);
        usage.putObject("prompt_tokens_details").put("cached_tokens", count.cached());
        return usage;
    }

    private String finishReason() {
        return answer.isCall() ? "tool_calls" : "stop";
    }

    private static void event(StringBuilder events, ObjectNode chunk) {
        events.append("data: ").append(chunk).append("\n\n");
    }
}
