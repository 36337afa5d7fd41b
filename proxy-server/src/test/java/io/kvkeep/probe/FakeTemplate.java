package io.kvkeep.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kvkeep.probe.ScriptedEngine.Reply;

/**
 * Renders chat bodies as a template would: system text, tools, messages.
 *
 * @param toolsFirst whether tools stand before the system text
 * @param raisesOnLateSystem whether a late system message is refused
 * @param keepSwitch the switch without which reasoning of finished turns is left out; empty to keep it always
 */
record FakeTemplate(boolean toolsFirst, boolean raisesOnLateSystem, String keepSwitch) {
    static final FakeTemplate PLAIN = new FakeTemplate(false, false, "");

    /** Answers as {@code /apply-template} does. */
    Reply apply(JsonNode chat) {
        try {
            return new Reply(
                    200,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("prompt", render(chat))
                            .toString());
        } catch (IllegalArgumentException e) {
            return new Reply(400, "{\"error\":{\"code\":400,\"message\":\"" + e.getMessage() + "\"}}");
        }
    }

    String render(JsonNode chat) {
        JsonNode messages = chat.path("messages");
        String system = messages.path(0).path("content").asText();
        String tools = chat.path("tools").toString();
        StringBuilder prompt = new StringBuilder(toolsFirst ? tools + system : system + tools);
        int lastUser = 0;
        for (int i = 0; i < messages.size(); i++) {
            lastUser = messages.path(i).path("role").asText().equals("user") ? i : lastUser;
        }
        boolean keeps =
                keepSwitch.isEmpty() || chat.path("chat_template_kwargs").has(keepSwitch);
        for (int i = 1; i < messages.size(); i++) {
            JsonNode message = messages.path(i);
            if (raisesOnLateSystem && message.path("role").asText().equals("system")) {
                throw new IllegalArgumentException("the system message is late");
            }
            if (keeps || i > lastUser) {
                prompt.append(message.path("reasoning_content").asText());
            }
            prompt.append('\n').append(message.path("content").asText());
        }
        return prompt.toString();
    }
}
