package io.kvkeep.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One scripted answer of the model.
 *
 * @param text what it says
 * @param tool the tool it calls; empty for none
 * @param arguments names and values, in the model's order
 */
public record Answer(String text, String tool, Map<String, String> arguments) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Words without a call. */
    public static Answer says(String text) {
        return new Answer(text, "", Map.of());
    }

    /** A call of a tool with names and values in turn. */
    static Answer calls(String tool, String... arguments) {
        Map<String, String> ordered = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            ordered.put(arguments[i], arguments[i + 1]);
        }
        return new Answer("", tool, ordered);
    }

    boolean isCall() {
        return !tool.isEmpty();
    }

    /** Returns the arguments as a model spells them: its own order, blanks behind colons and commas. */
    String emittedArguments() {
        return arguments.entrySet().stream()
                .map(each -> quoted(each.getKey()) + ": " + quoted(each.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** Returns all that the model generates. */
    String emitted() {
        return isCall() ? text + PromptTemplate.toolCall(tool, emittedArguments()) : text;
    }

    /** Returns the answer as Hermes sends it back in the next request: arguments sorted and without blanks. */
    ObjectNode inHistory(String callId) {
        ObjectNode message = JSON.createObjectNode().put("role", "assistant").put("content", text);
        if (isCall()) {
            ObjectNode sorted = JSON.createObjectNode();
            new TreeMap<>(arguments).forEach(sorted::put);
            putCall(message, callId, sorted.toString());
        }
        return message;
    }

    /** Adds the call to a message or to a part of one. */
    void putCall(ObjectNode message, String callId, String spelled) {
        message.putArray("tool_calls")
                .addObject()
                .put("index", 0)
                .put("id", callId)
                .put("type", "function")
                .putObject("function")
                .put("name", tool)
                .put("arguments", spelled);
    }

    private static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }
}
