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

/**
 * Ollama chat: contents are strings and nothing else, images stand beside them, arguments are objects, and answers come in
 * lines.
 */
final class OllamaWire implements Wire {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Override
    public Dialect dialect() {
        return Dialect.OLLAMA_CHAT;
    }

    // ---- requests

    @Override
    public String request(Asked asked, Spelling spelling) {
        List<String> fields = new ArrayList<>();
        fields.add(spelling.field("model", spelling.quote(asked.model())));
        String tools = tools(asked.tools());
        if (asked.layout() == 0 && !asked.tools().isEmpty()) {
            fields.add(spelling.field("tools", tools));
        }
        fields.add(spelling.field("messages", messages(asked, spelling)));
        if (asked.layout() != 0 && !asked.tools().isEmpty()) {
            fields.add(spelling.field("tools", tools));
        }
        if (!asked.streams() || asked.layout() == 3) {
            fields.add("\"stream\": " + asked.streams());
        }
        fields.add("\"options\":{\"temperature\":0.70,\"seed\":" + asked.number() + "}");
        return fields.stream().collect(Collectors.joining(",", "{", "}"));
    }

    private static String messages(Asked asked, Spelling spelling) {
        List<String> all = new ArrayList<>();
        String text = asked.instructions().text();
        int split = asked.layout() == 2 ? text.indexOf("\n\n- never") : -1;
        if (split > 0) {
            all.add(message("system", text.substring(0, split), "", spelling));
            all.add(message("system", text.substring(split + 2), "", spelling));
        } else {
            all.add(message("system", text, "", spelling));
        }
        for (int i = 0; i < asked.messages().size(); i++) {
            Said said = asked.messages().get(i);
            String rest = said.image().isEmpty() ? "" : ",\"images\":[" + spelling.quote(said.image()) + "]";
            rest += said.calls().isEmpty() ? "" : "," + spelling.field("tool_calls", calls(said, spelling));
            rest += said.role().equals("tool") && i % 2 == 0 ? ",\"tool_name\":\"t" + asked.number() + "\"" : "";
            all.add(message(said.role(), content(said, spelling), rest, spelling));
        }
        return all.stream().collect(Collectors.joining(", ", "[", "]"));
    }

    private static String message(String role, String content, String rest, Spelling spelling) {
        return "{" + spelling.field("role", spelling.quote(role)) + ","
                + spelling.field("content", spelling.quote(content)) + rest + "}";
    }

    private static String content(Said said, Spelling spelling) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < said.texts().size(); i++) {
            texts.add(spelling.text(said, i));
        }
        return String.join("\n\n", texts);
    }

    private static String calls(Said said, Spelling spelling) {
        return said.calls().stream()
                .map(call -> "{\"function\":{" + spelling.field("name", spelling.quote(call.tool())) + ","
                        + spelling.field("arguments", spelling.arguments(call)) + "}}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String tools(List<String> names) {
        return names.stream()
                .map(name ->
                        "{\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"parameters\":{\"n\": 1.0}}}")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    @Override
    public boolean takesText(Said said, Spelling spelling) {
        return true;
    }

    @Override
    public ObjectNode chat(byte[] body) {
        ObjectNode root = (ObjectNode) Rendered.parse(body);
        for (JsonNode message : root.path("messages")) {
            JsonNode images = ((ObjectNode) message).remove("images");
            if (images != null) {
                ArrayNode parts = JSON.arrayNode();
                parts.addObject()
                        .put("type", "text")
                        .put("text", message.path("content").asText());
                images.forEach(image -> parts.addObject()
                        .put("type", "image_url")
                        .putObject("image_url")
                        .put("url", image.asText()));
                ((ObjectNode) message).set("content", parts);
            }
            for (JsonNode call : message.path("tool_calls")) {
                ObjectNode function = (ObjectNode) call.path("function");
                function.put("arguments", function.path("arguments").toString());
            }
        }
        return root;
    }

    /** An object is read and printed anew; only the order of its keys stays. */
    @Override
    public String printed(String arguments) {
        return Rendered.parse(arguments.getBytes(UTF_8)).toString();
    }

    // ---- answers

    @Override
    public Framing framing(boolean streams) {
        return streams ? Framing.LINES : Framing.JSON;
    }

    @Override
    public String answer(Emitted said, boolean streams) {
        if (!streams) {
            return line("content", said.text(), "\"thinking\":" + quote(said.reasoning()) + calls(said), true);
        }
        StringBuilder out = new StringBuilder();
        if (!said.reasoning().isEmpty()) {
            Wires.pieces(said.reasoning()).forEach(piece -> out.append(line("thinking", piece, "", false)));
        }
        Wires.pieces(said.text()).forEach(piece -> out.append(line("content", piece, "", false)));
        if (!said.calls().isEmpty()) {
            out.append(line("content", "", calls(said).substring(1), false));
        }
        return out.append(line("content", "", "", true)).toString();
    }

    private static String line(String field, String text, String rest, boolean done) {
        String behind = rest.isEmpty() ? "" : "," + rest;
        return "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"" + field + "\":" + quote(text) + behind
                + "},\"done\":" + done + (done ? ",\"done_reason\":\"stop\",\"eval_count\":3}\n" : "}\n");
    }

    /** Ollama reads the arguments and prints them anew. */
    private static String calls(Emitted said) {
        return said.calls().isEmpty()
                ? ""
                : said.calls().stream()
                        .map(call -> "{\"function\":{\"name\":" + quote(call.name()) + ",\"arguments\":"
                                + Rendered.parse(call.arguments().getBytes(UTF_8)) + "}}")
                        .collect(Collectors.joining(",", ",\"tool_calls\":[", "]"));
    }

    private static String quote(String text) {
        return JSON.textNode(text).toString();
    }

    @Override
    public Said heard(String answer, boolean streams) {
        StringBuilder text = new StringBuilder();
        List<Called> calls = new ArrayList<>();
        answer.lines().forEach(line -> {
            JsonNode message = Rendered.parse(line.getBytes(UTF_8)).path("message");
            text.append(message.path("content").asText());
            for (JsonNode call : message.path("tool_calls")) {
                JsonNode function = call.path("function");
                calls.add(new Called(
                        function.path("name").asText(),
                        function.path("arguments").toString()));
            }
        });
        return new Said("assistant", List.of(text.toString()), "", calls, false);
    }
}
