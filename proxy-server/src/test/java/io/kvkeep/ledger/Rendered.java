package io.kvkeep.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.answer.Emitted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A request as a chat template prints it: the system text, the tools and each message as one piece of text. Templates
 * print no ids, names and cache marks, and join the parts of a message.
 *
 * @param system all system texts in front of the conversation
 * @param tools one piece for each tool
 * @param messages one piece for each message
 */
record Rendered(String system, List<String> tools, List<String> messages) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Rendered of(byte[] body) {
        return of(parse(body));
    }

    /** Prints a request in the form of chat completions. */
    static Rendered of(JsonNode root) {
        StringBuilder system = new StringBuilder();
        List<String> tools = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        root.path("tools").forEach(tool -> tools.add("[tool]" + tool));
        for (JsonNode message : root.path("messages")) {
            String role = message.path("role").asText();
            if (messages.isEmpty() && instructs(message)) {
                texts(message).forEach(text -> system.append("[system]").append(text));
            } else {
                messages.add(message(role, message));
            }
        }
        return new Rendered(system.toString(), tools, messages);
    }

    private static String message(String role, JsonNode message) {
        StringBuilder out = new StringBuilder("[" + role + "]");
        texts(message).forEach(out::append);
        for (JsonNode part : message.path("content")) {
            out.append(
                    part.has("image_url")
                            ? "[image]" + part.path("image_url").path("url").asText()
                            : "");
        }
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            out.append(call(
                    function.path("name").asText(), function.path("arguments").asText()));
        }
        return out.toString();
    }

    private static String call(String name, String arguments) {
        return "[call]" + name + " " + arguments;
    }

    /** Returns the answer as it stands in the engine's cache behind the prompt. */
    static String answer(Emitted answer, Wire wire) {
        StringBuilder out = new StringBuilder("[assistant]" + answer.text());
        answer.calls().forEach(call -> out.append(call(call.name(), wire.printed(call.arguments()))));
        return out.toString();
    }

    /** Tells whether a message tells the model what to do. */
    static boolean instructs(JsonNode message) {
        String role = message.path("role").asText();
        return role.equals("system") || role.equals("developer");
    }

    /** Returns the texts of a message in order. */
    static List<String> texts(JsonNode message) {
        JsonNode content = message.path("content");
        List<String> texts = new ArrayList<>();
        if (content.isTextual()) {
            texts.add(content.asText());
        }
        for (JsonNode part : content) {
            if (part.path("type").asText().equals("text")) {
                texts.add(part.path("text").asText());
            }
        }
        return texts;
    }

    /** Returns the names of the tools in order. */
    static List<String> toolNames(JsonNode root) {
        List<String> names = new ArrayList<>();
        root.path("tools")
                .forEach(tool -> names.add((tool.has("function") ? tool.path("function") : tool)
                        .path("name")
                        .asText()));
        return names;
    }

    /** Returns all pieces as a template prints them that has the tools behind the system text, or before it. */
    List<String> pieces(boolean toolsFirst) {
        Stream<String> head = toolsFirst
                ? Stream.concat(tools.stream(), Stream.of(system))
                : Stream.concat(Stream.of(system), tools.stream());
        return Stream.concat(head, messages.stream()).toList();
    }
}
