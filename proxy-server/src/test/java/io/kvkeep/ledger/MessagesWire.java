package io.kvkeep.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Framing;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.ledger.Instructions.Shape;
import io.kvkeep.ledger.Said.Called;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Anthropic messages. */
final class MessagesWire implements Wire {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String CACHED = ",\"cache_control\":{\"type\":\"ephemeral\"}}";

    @Override
    public Dialect dialect() {
        return Dialect.MESSAGES;
    }

    // ---- requests

    @Override
    public String request(Asked asked, Spelling spelling) {
        List<String> fields = new ArrayList<>();
        fields.add(spelling.field("model", spelling.quote(asked.model())));
        fields.add("\"max_tokens\" : 4.096e3");
        fields.add("\"thinking\":{\"type\":\"enabled\"}");
        if (asked.streams()) {
            fields.add("\"stream\":true");
        }
        String system = spelling.field("system", system(asked, spelling));
        String messages = spelling.field("messages", messages(asked, spelling));
        boolean systemFirst = asked.layout() < 3;
        fields.add(systemFirst ? system : messages);
        fields.add(systemFirst ? messages : system);
        if (!asked.tools().isEmpty()) {
            fields.add(asked.layout() == 0 ? 0 : fields.size(), spelling.field("tools", tools(asked.tools())));
        }
        return "{" + String.join(", ", fields) + "}";
    }

    /** A text; a block; a block for each paragraph, or two where sections hold paragraphs; and a text again. */
    private static String system(Asked asked, Spelling spelling) {
        String text = asked.instructions().text();
        int split = text.indexOf("\n\n- never");
        List<String> blocks = switch (asked.layout()) {
            case 1 -> List.of(text);
            case 2 ->
                asked.instructions().shape() == Shape.HERMES
                        ? List.of(text.substring(0, split), text.substring(split))
                        : List.of(text.split("\n\n"));
            default -> List.of();
        };
        if (blocks.isEmpty()) {
            return spelling.quote(text);
        }
        List<String> spelled = new ArrayList<>();
        for (String block : blocks) {
            spelled.add(textBlock(block, spelling, spelled.size() == 1));
        }
        return "[ " + String.join(" , ", spelled) + "]";
    }

    private static String textBlock(String text, Spelling spelling, boolean cached) {
        return "{\"type\":\"text\"," + spelling.field("text", spelling.quote(text)) + (cached ? CACHED : "}");
    }

    private static String tools(List<String> names) {
        return names.stream()
                .map(name -> name.equals("ask")
                        ? "{\"type\":\"web_search_20250305\",\"name\":\"" + name + "\"}"
                        : "{\"name\":\"" + name + "\",\"description\":\"does " + name
                                + "\", \"input_schema\":{\"n\":1.0}}")
                .collect(Collectors.joining(",\n", "[", "]"));
    }

    /** Results of tools share a message, with the words of the user that come right behind them. */
    private static String messages(Asked asked, Spelling spelling) {
        List<String> out = new ArrayList<>();
        List<String> results = new ArrayList<>();
        for (int i = 0; i < asked.messages().size(); i++) {
            Said said = asked.messages().get(i);
            boolean last = i == asked.messages().size() - 1;
            String id = asked.number() + "-" + i;
            boolean cached = spelling.movesCacheControl() && last;
            List<String> blocks = blocks(said, cached, spelling);
            boolean joins = !results.isEmpty() && said.role().equals("user") && !blocks.isEmpty();
            if (said.role().equals("tool")) {
                results.add(result(said, id, cached, spelling));
                continue;
            }
            if (joins) {
                results.addAll(blocks);
            }
            flush(out, results, spelling);
            if (!joins) {
                out.add(message(said, id, cached, blocks, asked.number() + i, spelling));
            }
        }
        flush(out, results, spelling);
        return "[" + String.join(",\n", out) + "]";
    }

    private static void flush(List<String> out, List<String> results, Spelling spelling) {
        if (!results.isEmpty()) {
            out.add("{" + spelling.field("content", "[" + String.join(", ", results) + "]") + ",\"role\":\"user\"}");
            results.clear();
        }
    }

    private static String message(
            Said said, String id, boolean cached, List<String> blocks, int draw, Spelling spelling) {
        List<String> all = new ArrayList<>(blocks);
        if (said.role().equals("assistant") && draw % 3 == 0) {
            all.add(0, "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"" + id + "\"}");
        }
        for (Called call : said.calls()) {
            all.add("{\"type\":\"tool_use\",\"id\":\"toolu_" + id + "\","
                    + spelling.field("name", spelling.quote(call.tool())) + ",\"input\":" + spelling.arguments(call)
                    + "}");
        }
        boolean asText = !said.asParts() && !cached && said.texts().size() == 1 && all.size() == blocks.size();
        String content = asText ? spelling.quote(spelling.text(said, 0)) : "[" + String.join(",", all) + "]";
        return "{\"role\":\"" + said.role() + "\"," + spelling.field("content", content) + "}";
    }

    /** A tool that says nothing may leave its content out. */
    private static String result(Said said, String id, boolean cached, Spelling spelling) {
        String content = said.asParts()
                ? "[" + String.join(",", blocks(said, false, spelling)) + "]"
                : spelling.quote(spelling.text(said, 0));
        boolean silent =
                !said.asParts() && spelling.strips() && said.texts().get(0).isEmpty();
        return "{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_" + id + "\""
                + (silent ? "" : "," + spelling.field("content", content)) + (cached ? CACHED : "}");
    }

    /** Agents leave out empty texts of the model. */
    private static List<String> blocks(Said said, boolean cached, Spelling spelling) {
        List<String> blocks = new ArrayList<>();
        for (int i = 0; i < said.texts().size(); i++) {
            String text = spelling.text(said, i);
            if (!text.isEmpty() || !said.role().equals("assistant")) {
                blocks.add(textBlock(text, spelling, cached && i == 0));
            }
        }
        if (!said.image().isEmpty()) {
            blocks.add("{\"type\":\"image\",\"source\":{\"type\":\"url\","
                    + spelling.field("url", spelling.quote(said.image())) + (cached ? "}" + CACHED : "}}"));
        }
        return blocks;
    }

    @Override
    public boolean takesText(Said said, Spelling spelling) {
        return true;
    }

    @Override
    public ObjectNode chat(byte[] body) {
        ObjectNode root = (ObjectNode) Rendered.parse(body);
        ArrayNode messages = JSON.arrayNode();
        JsonNode system = root.remove("system");
        messages.addObject().put("role", "system").set("content", system);
        for (JsonNode message : root.remove("messages")) {
            List<ObjectNode> results = results(message);
            if (results.isEmpty()) {
                messages.add(message.path("role").asText().equals("assistant") ? answer(message) : user(message));
            } else {
                messages.addAll(results);
            }
        }
        root.set("messages", messages);
        return root;
    }

    /** Splits a message with results of tools; empty if there is none in it. */
    private static List<ObjectNode> results(JsonNode message) {
        List<ObjectNode> split = new ArrayList<>();
        ArrayNode run = JSON.arrayNode();
        for (JsonNode block : message.path("content")) {
            if (block.path("type").asText().equals("tool_result")) {
                ObjectNode result = block.deepCopy();
                result.put("role", "tool");
                if (!result.has("content")) {
                    result.put("content", "");
                }
                split.add(result);
            } else {
                run.add(block(block));
            }
        }
        if (!split.isEmpty() && !run.isEmpty()) {
            split.add(JSON.objectNode().put("role", "user").set("content", run));
        }
        return split;
    }

    private static ObjectNode user(JsonNode message) {
        ObjectNode user = message.deepCopy();
        if (message.path("content").isArray()) {
            ArrayNode content = user.putArray("content");
            message.path("content").forEach(block -> content.add(block(block)));
        }
        return user;
    }

    private static JsonNode block(JsonNode block) {
        ObjectNode copy = block.deepCopy();
        if (block.path("type").asText().equals("image")) {
            copy.set("image_url", copy.remove("source"));
        }
        return copy;
    }

    private static ObjectNode answer(JsonNode message) {
        ObjectNode answer = message.deepCopy();
        if (message.path("content").isArray()) {
            ArrayNode content = answer.putArray("content");
            for (JsonNode block : message.path("content")) {
                if (block.path("type").asText().equals("tool_use")) {
                    ObjectNode call = block.deepCopy();
                    String arguments = call.remove("input").toString();
                    call.putObject("function")
                            .put("name", block.path("name").asText())
                            .put("arguments", arguments);
                    answer.withArray("/tool_calls").add(call);
                } else {
                    content.add(block);
                }
            }
        }
        return answer;
    }

    /** An object is read and printed anew; only the order of its keys stays. */
    @Override
    public String printed(String arguments) {
        return Rendered.parse(arguments.getBytes(UTF_8)).toString();
    }

    // ---- answers

    @Override
    public Framing framing(boolean streams) {
        return streams ? Framing.EVENTS : Framing.JSON;
    }

    @Override
    public String answer(Emitted said, boolean streams) {
        return streams ? stream(said) : plain(said);
    }

    private static String plain(Emitted said) {
        ObjectNode root = JSON.objectNode().put("type", "message").put("role", "assistant");
        ArrayNode content = root.putArray("content");
        if (!said.reasoning().isEmpty()) {
            content.addObject()
                    .put("type", "thinking")
                    .put("thinking", said.reasoning())
                    .put("signature", "");
        }
        if (!said.text().isEmpty()) {
            content.addObject().put("type", "text").put("text", said.text());
        }
        for (Emitted.Call call : said.calls()) {
            ObjectNode block =
                    content.addObject().put("type", "tool_use").put("id", "t").put("name", call.name());
            block.set("input", Rendered.parse(call.arguments().getBytes(UTF_8)));
        }
        return root.put("stop_reason", "end_turn").toString();
    }

    private static String stream(Emitted said) {
        StringBuilder out = new StringBuilder();
        ObjectNode message = JSON.objectNode().put("type", "message");
        message.putArray("content");
        out.append(event("message_start", -1, "message", message));
        out.append(event("ping", -1, "", message));
        int index = 0;
        if (!said.reasoning().isEmpty()) {
            ObjectNode start = JSON.objectNode().put("type", "thinking").put("thinking", "");
            out.append(block(index++, start, "thinking_delta", "thinking", said.reasoning()));
        }
        if (!said.text().isEmpty()) {
            ObjectNode start = JSON.objectNode().put("type", "text").put("text", "");
            out.append(block(index++, start, "text_delta", "text", said.text()));
        }
        for (Emitted.Call call : said.calls()) {
            ObjectNode start =
                    JSON.objectNode().put("type", "tool_use").put("id", "t").put("name", call.name());
            start.putObject("input");
            out.append(block(index++, start, "input_json_delta", "partial_json", call.arguments()));
        }
        out.append(event("message_delta", -1, "delta", JSON.objectNode().put("stop_reason", "end_turn")));
        return out.append(event("message_stop", -1, "", message)).toString();
    }

    private static String block(int index, ObjectNode start, String delta, String field, String text) {
        StringBuilder out = new StringBuilder(event("content_block_start", index, "content_block", start));
        for (String piece : Wires.pieces(text)) {
            ObjectNode more = JSON.objectNode().put("type", delta).put(field, piece);
            out.append(event("content_block_delta", index, "delta", more));
        }
        return out.append(event("content_block_stop", index, "", start)).toString();
    }

    private static String event(String type, int index, String field, ObjectNode value) {
        ObjectNode data = JSON.objectNode().put("type", type);
        if (index >= 0) {
            data.put("index", index);
        }
        if (!field.isEmpty()) {
            data.set(field, value);
        }
        return "event: " + type + "\ndata: " + data + "\n\n";
    }

    @Override
    public Said heard(String answer, boolean streams) {
        TreeMap<Integer, ObjectNode> blocks = new TreeMap<>();
        if (streams) {
            for (JsonNode event : Wires.events(answer)) {
                JsonNode delta = event.path("delta");
                int index = event.path("index").asInt();
                if (event.has("content_block")) {
                    blocks.putIfAbsent(index, event.path("content_block").deepCopy());
                }
                for (String field : List.of("text", "partial_json")) {
                    if (delta.has(field)) {
                        ObjectNode block = blocks.get(index);
                        block.put(
                                field,
                                block.path(field).asText() + delta.path(field).asText());
                    }
                }
            }
        } else {
            JsonNode content = Rendered.parse(answer.getBytes(UTF_8)).path("content");
            content.forEach(block -> blocks.put(blocks.size(), (ObjectNode) block));
        }
        StringBuilder text = new StringBuilder();
        List<Called> calls = new ArrayList<>();
        for (ObjectNode block : blocks.values()) {
            text.append(block.path("text").asText());
            if (block.path("type").asText().equals("tool_use")) {
                String arguments = streams
                        ? block.path("partial_json").asText()
                        : block.path("input").toString();
                calls.add(new Called(block.path("name").asText(), arguments));
            }
        }
        return new Said("assistant", List.of(text.toString()), "", calls, false);
    }
}
