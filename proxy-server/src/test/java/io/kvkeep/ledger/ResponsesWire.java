package io.kvkeep.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Framing;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.ledger.Said.Called;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** OpenAI responses. */
final class ResponsesWire implements Wire {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Override
    public Dialect dialect() {
        return Dialect.RESPONSES;
    }

    // ---- requests

    @Override
    public String request(Asked asked, Spelling spelling) {
        String text = asked.instructions().text();
        int split = text.indexOf("\n\n- never");
        List<String> items = new ArrayList<>();
        if (asked.layout() == 1) {
            items.add("{\"role\":\"developer\",\"content\":[{\"type\":\"input_text\",\"text\":" + spelling.quote(text)
                    + "}],\"type\":\"message\"}");
        } else if (asked.layout() == 2) {
            items.add("{\"role\":\"system\",\"content\":" + spelling.quote(text.substring(split + 2)) + "}");
        }
        for (int i = 0; i < asked.messages().size(); i++) {
            items.addAll(items(asked.messages().get(i), asked.number() + "-" + i, asked.number() + i, spelling));
        }
        List<String> fields = new ArrayList<>();
        fields.add(spelling.field("model", spelling.quote(asked.model())));
        fields.add("\"store\" : false,\"top_p\":1e0" + (asked.streams() ? ",\"stream\":true" : ""));
        fields.add(spelling.field("input", input(asked, items, spelling)));
        if (asked.layout() != 1) {
            String whole = asked.layout() == 2 ? text.substring(0, split) : text;
            fields.add(asked.layout() == 3 ? 3 : 1, spelling.field("instructions", spelling.quote(whole)));
        }
        if (!asked.tools().isEmpty()) {
            fields.add(asked.layout() == 0 ? 0 : fields.size(), spelling.field("tools", tools(asked.tools())));
        }
        return "{" + String.join(", ", fields) + "}";
    }

    /** One message of the user and no other item may also stand there as a text. */
    private static String input(Asked asked, List<String> items, Spelling spelling) {
        Said first = asked.messages().get(0);
        boolean plain = items.size() == 1 && first.role().equals("user") && !first.asParts();
        return plain && asked.layout() == 0
                ? spelling.quote(spelling.text(first, 0))
                : "[" + String.join(", ", items) + "]";
    }

    private static String tools(List<String> names) {
        return names.stream()
                .map(name -> "{\"type\":\"function\", \"description\":\"does " + name + "\",\"name\":\"" + name
                        + "\",\"strict\":false,\"parameters\":{\"n\":1.0}}")
                .collect(Collectors.joining(",\n", "[", "]"));
    }

    /** Returns a message as items with ids that change at will. */
    private static List<String> items(Said said, String id, int draw, Spelling spelling) {
        if (said.role().equals("tool")) {
            return List.of("{\"type\":\"function_call_output\",\"call_id\":\"call_" + id + "\","
                    + spelling.field("output", content(said, "input_text", spelling)) + "}");
        }
        boolean answer = said.role().equals("assistant");
        List<String> items = new ArrayList<>();
        if (answer && draw % 3 == 0) {
            items.add("{\"type\":\"reasoning\",\"id\":\"rs_" + id + "\",\"summary\":[],\"encrypted_content\":\"" + id
                    + "\"}");
        }
        boolean silent = !said.calls().isEmpty() && said.texts().get(0).isEmpty();
        if (!silent) {
            String type = answer || draw % 2 == 0 ? "\"type\":\"message\",\"id\":\"msg_" + id + "\"," : "";
            items.add("{" + type + "\"role\":\"" + said.role() + "\","
                    + spelling.field("content", content(said, answer ? "output_text" : "input_text", spelling)) + "}");
        }
        for (Called call : said.calls()) {
            items.add("{\"type\":\"function_call\",\"call_id\":\"call_" + id + "\","
                    + spelling.field("name", spelling.quote(call.tool())) + ","
                    + spelling.field("arguments", spelling.quote(spelling.arguments(call))) + "}");
        }
        return items;
    }

    private static String content(Said said, String type, Spelling spelling) {
        if (!said.asParts()) {
            return spelling.quote(spelling.text(said, 0));
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < said.texts().size(); i++) {
            parts.add("{\"type\":\"" + type + "\"," + spelling.field("text", spelling.quote(spelling.text(said, i)))
                    + "}");
        }
        if (!said.image().isEmpty()) {
            parts.add("{\"type\":\"input_image\"," + spelling.field("image_url", spelling.quote(said.image())) + "}");
        }
        return "[" + String.join(", ", parts) + "]";
    }

    @Override
    public boolean takesText(Said said, Spelling spelling) {
        return true;
    }

    @Override
    public ObjectNode chat(byte[] body) {
        ObjectNode root = (ObjectNode) Rendered.parse(body);
        ArrayNode messages = JSON.arrayNode();
        if (root.has("instructions")) {
            messages.addObject().put("role", "system").set("content", root.remove("instructions"));
        }
        JsonNode input = root.remove("input");
        if (input.isTextual()) {
            messages.addObject().put("role", "user").set("content", input);
        }
        boolean answers = false;
        for (JsonNode item : input) {
            boolean said = item.path("role").asText().equals("assistant")
                    || item.path("type").asText().equals("reasoning")
                    || item.path("type").asText().equals("function_call");
            if (!said) {
                messages.add(message(item));
            } else {
                if (!answers) {
                    messages.addObject().put("role", "assistant").put("content", "");
                }
                addTo((ObjectNode) messages.get(messages.size() - 1), item.deepCopy());
            }
            answers = said;
        }
        root.set("messages", messages);
        return root;
    }

    private static ObjectNode message(JsonNode item) {
        ObjectNode message = item.deepCopy();
        if (message.has("output")) {
            message.put("role", "tool").set("content", message.remove("output"));
        }
        for (JsonNode part : message.path("content")) {
            ObjectNode own = (ObjectNode) part;
            if (own.has("image_url")) {
                own.putObject("image_url").put("url", part.path("image_url").asText());
            } else {
                own.put("type", "text");
            }
        }
        return message;
    }

    /** Adds an item to what the model said; what a template does not print stays beside it. */
    private static void addTo(ObjectNode answer, ObjectNode item) {
        if (item.has("arguments")) {
            ObjectNode function = answer.withArray("/tool_calls").addObject().putObject("function");
            function.set("name", item.remove("name"));
            function.set("arguments", item.remove("arguments"));
        } else if (item.has("role")) {
            JsonNode content = item.remove("content");
            StringBuilder text = new StringBuilder(answer.path("content").asText());
            text.append(content.asText());
            content.forEach(part -> text.append(part.path("text").asText()));
            answer.put("content", text.toString());
        }
        answer.withArray("/items").add(item);
    }

    @Override
    public String printed(String arguments) {
        return arguments; // a string goes through as it is
    }

    // ---- answers

    @Override
    public Framing framing(boolean streams) {
        return streams ? Framing.EVENTS : Framing.JSON;
    }

    @Override
    public String answer(Emitted said, boolean streams) {
        ArrayNode items = items(said);
        ObjectNode whole = JSON.objectNode().put("object", "response").put("status", "completed");
        whole.putNull("error").set("output", items);
        if (!streams) {
            return whole.toString();
        }
        StringBuilder out = new StringBuilder(": wait\n\n");
        for (String piece : Wires.pieces(said.text())) {
            out.append(event("response.output_text.delta", JSON.objectNode().put("delta", piece)));
        }
        for (JsonNode item : items) {
            ObjectNode done = JSON.objectNode().put("output_index", 0);
            done.set("item", item);
            out.append(event("response.output_item.done", done));
        }
        ObjectNode last = JSON.objectNode();
        last.set("response", whole);
        return out.append(event("response.completed", last)).toString();
    }

    private static ArrayNode items(Emitted said) {
        ArrayNode items = JSON.arrayNode();
        if (!said.reasoning().isEmpty()) {
            ObjectNode item = items.addObject().put("type", "reasoning");
            item.putArray("content").addObject().put("type", "reasoning_text").put("text", said.reasoning());
        }
        if (!said.text().isEmpty() || said.calls().isEmpty()) {
            ObjectNode item = items.addObject().put("type", "message").put("role", "assistant");
            item.putArray("content").addObject().put("type", "output_text").put("text", said.text());
        }
        for (Emitted.Call call : said.calls()) {
            items.addObject()
                    .put("type", "function_call")
                    .put("name", call.name())
                    .put("arguments", call.arguments());
        }
        return items;
    }

    private static String event(String type, ObjectNode data) {
        return "event: " + type + "\ndata: " + data.put("type", type) + "\n\n";
    }

    @Override
    public Said heard(String answer, boolean streams) {
        List<JsonNode> items = new ArrayList<>();
        if (streams) {
            Wires.events(answer).stream()
                    .filter(event -> event.has("item"))
                    .forEach(event -> items.add(event.path("item")));
        } else {
            Rendered.parse(answer.getBytes(UTF_8)).path("output").forEach(items::add);
        }
        StringBuilder text = new StringBuilder();
        List<Called> calls = new ArrayList<>();
        for (JsonNode item : items) {
            if (item.path("type").asText().equals("message")) {
                item.path("content")
                        .forEach(part -> text.append(part.path("text").asText()));
            } else if (item.has("arguments")) {
                calls.add(new Called(
                        item.path("name").asText(), item.path("arguments").asText()));
            }
        }
        return new Said("assistant", List.of(text.toString()), "", calls, false);
    }
}
