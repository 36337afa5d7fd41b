package io.kvkeep.simulation;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A chat template in the manner of the Qwen family: the system text, the tools behind it, then the messages; results of
 * tools stand in user turns.
 */
final class PromptTemplate {
    private static final String END = "<|im_end|>\n";

    private PromptTemplate() {}

    /** Returns the text that the engine reads for a chat request. */
    static String render(JsonNode request) {
        StringBuilder prompt = new StringBuilder();
        JsonNode messages = request.path("messages");
        boolean opensWithSystem = isRole(messages.path(0), "system");
        head(prompt, opensWithSystem ? messages.path(0) : messages.path(-1), request.path("tools"));
        for (int i = opensWithSystem ? 1 : 0; i < messages.size(); i++) {
            message(prompt, messages.get(i), messages.path(i - 1), messages.path(i + 1));
        }
        return prompt.append("<|im_start|>assistant\n").toString();
    }

    private static void head(StringBuilder prompt, JsonNode system, JsonNode tools) {
        if (system.isMissingNode() && tools.isEmpty()) {
            return;
        }
        prompt.append("<|im_start|>system\n").append(content(system));
        if (!tools.isEmpty()) {
            prompt.append("\n\n# Tools\n\nYou may call these functions:\n<tools>");
            tools.forEach(tool -> prompt.append('\n').append(tool));
            prompt.append(
                    "\n</tools>\n\nAnswer a call as JSON with name and arguments inside <tool_call></tool_call>.");
        }
        prompt.append(END);
    }

    private static void message(StringBuilder prompt, JsonNode message, JsonNode before, JsonNode behind) {
        if (isRole(message, "tool")) {
            // Results of one step share a turn.
            prompt.append(isRole(before, "tool") ? "\n" : "<|im_start|>user\n")
                    .append("<tool_response>\n")
                    .append(content(message))
                    .append("\n</tool_response>")
                    .append(isRole(behind, "tool") ? "" : END);
            return;
        }
        prompt.append("<|im_start|>").append(message.path("role").asText()).append('\n');
        prompt.append(content(message));
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            prompt.append(toolCall(
                    function.path("name").asText(), function.path("arguments").asText()));
        }
        prompt.append(END);
    }

    /** Returns a call as the model writes it. */
    static String toolCall(String name, String arguments) {
        return "\n<tool_call>\n{\"name\": \"" + name + "\", \"arguments\": " + arguments + "}\n</tool_call>";
    }

    private static String content(JsonNode message) {
        JsonNode content = message.path("content");
        if (!content.isArray()) {
            return content.asText("");
        }
        StringBuilder parts = new StringBuilder();
        content.forEach(part -> parts.append(part.path("text").asText("")));
        return parts.toString();
    }

    private static boolean isRole(JsonNode message, String role) {
        return message.path("role").asText("").equals(role);
    }
}
