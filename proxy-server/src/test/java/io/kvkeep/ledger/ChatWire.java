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
import java.util.TreeMap;
import java.util.stream.Collectors;

/** OpenAI chat completions. */
final class ChatWire implements Wire {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Override
    public Dialect dialect() {
        return Dialect.CHAT_COMPLETIONS;
    }

    // ---- requests

    @Override
    public String request(Asked asked, Spelling spelling) {
        StringBuilder out = new StringBuilder("{").append(spelling.field("model", spelling.quote(asked.model())));
        out.append(",\"temperature\" : 0.70,").append(asked.streams() ? "\"stream\":true," : "");
        String toolField = asked.tools().isEmpty() ? "" : spelling.field("tools", tools(asked.tools()));
        out.append(asked.layout() == 0 && !toolField.isEmpty() ? toolField + "," : "");
        List<String> all = new ArrayList<>(system(asked, spelling));
        for (int i = 0; i < asked.messages().size(); i++) {
            boolean named = (asked.number() + i) % 3 == 0;
            boolean last = i == asked.messages().size() - 1;
            all.add(message(asked.messages().get(i), asked.number() + "-" + i, named, last, spelling));
        }
        out.append("\"messages\":[").append(String.join(", ", all)).append(']');
        out.append(asked.layout() != 0 && !toolField.isEmpty() ? "," + toolField : "");
        return out.append('}').toString();
    }

    private static List<String> system(Asked asked, Spelling spelling) {
        String text = asked.instructions().text();
        int split = text.indexOf("\n\n- never");
        return switch (asked.layout()) {
            case 1 ->
                List.of("{\"role\":\"developer\",\"content\":[{\"type\":\"text\",\"text\":" + spelling.quote(text)
                        + "}]}");
            case 2 -> List.of(system(text.substring(0, split), spelling), system(text.substring(split + 2), spelling));
            default -> List.of(system(text, spelling));
        };
    }

    private static String system(String text, Spelling spelling) {
        return "{\"role\":\"system\"," + spelling.field("content", spelling.quote(text)) + "}";
    }

    private static String tools(List<String> names) {
        return names.stream()
                .map(name -> "{\"type\":\"function\", \"function\":{\"description\":\"does " + name + "\",\"name\":\""
                        + name + "\",\"parameters\":{\"n\":1.0}}}")
                .collect(Collectors.joining(",\n", "[", "]"));
    }

    /** Returns a message as it stands in a request, with ids and fields of its own that change at will. */
    private static String message(Said said, String id, boolean named, boolean last, Spelling spelling) {
        boolean cached = spelling.movesCacheControl() && last && !said.texts().isEmpty() && !isSilent(said, spelling);
        StringBuilder out = new StringBuilder("{").append(spelling.field("role", spelling.quote(said.role())));
        if (named) {
            out.append(',').append(spelling.field("name", spelling.quote("n-" + id)));
        }
        if (said.role().equals("tool")) {
            out.append(',').append(spelling.field("tool_call_id", spelling.quote("call_" + id)));
        }
        String content = said.asParts() || cached
                ? parts(said, cached, spelling)
                : isSilent(said, spelling) ? "null" : spelling.quote(spelling.text(said, 0));
        out.append(',').append(spelling.field("content", content));
        if (!said.calls().isEmpty()) {
            out.append(',').append(spelling.field("tool_calls", calls(said, id, spelling)));
        }
        return out.append('}').toString();
    }

    @Override
    public boolean takesText(Said said, Spelling spelling) {
        return (said.asParts() || !said.texts().isEmpty()) && !isSilent(said, spelling);
    }

    /** Tells whether a message has null as its content. */
    private static boolean isSilent(Said said, Spelling spelling) {
        return !said.asParts()
                && (said.texts().isEmpty() || (said.texts().get(0).isEmpty() && spelling.strips()));
    }

    private static String parts(Said said, boolean cached, Spelling spelling) {
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < said.texts().size(); i++) {
            String text = spelling.quote(spelling.text(said, i));
            out.append(i == 0 ? "" : ", ").append("{\"type\":\"text\",").append(spelling.field("text", text));
            out.append(cached && i == 0 ? ",\"cache_control\":{\"type\":\"ephemeral\"}}" : "}");
        }
        if (!said.image().isEmpty()) {
            out.append(said.texts().isEmpty() ? "" : ",")
                    .append("{\"type\":\"image_url\",\"image_url\":{")
                    .append(spelling.field("url", spelling.quote(said.image())))
                    .append("}}");
        }
        return out.append(']').toString();
    }

    private static String calls(Said said, String id, Spelling spelling) {
        StringBuilder out = new StringBuilder("[");
        for (Called call : said.calls()) {
            out.append(out.length() == 1 ? "" : ",")
                    .append("{\"id\":\"call_")
                    .append(id)
                    .append("\",\"type\":\"function\",\"function\":{")
                    .append(spelling.field("name", spelling.quote(call.tool())))
                    .append(',')
                    .append(spelling.field("arguments", spelling.quote(spelling.arguments(call))))
                    .append("}}");
        }
        return out.append(']').toString();
    }

    @Override
    public ObjectNode chat(byte[] body) {
        return (ObjectNode) Rendered.parse(body);
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
        if (!streams) {
            ObjectNode message = JSON.objectNode().put("role", "assistant").put("content", said.text());
            message.put("reasoning_content", said.reasoning());
            for (Emitted.Call call : said.calls()) {
                call(message, 0, call.name(), call.arguments());
            }
            return choice("message", message, "stop");
        }
        StringBuilder out = new StringBuilder(": wait\n\n");
        out.append(event(JSON.objectNode().put("role", "assistant").putNull("content")));
        out.append(event(JSON.objectNode().put("reasoning_content", said.reasoning())));
        for (String piece : Wires.pieces(said.text())) {
            out.append(event(JSON.objectNode().put("content", piece)));
        }
        for (int i = 0; i < said.calls().size(); i++) {
            String name = said.calls().get(i).name();
            for (String piece : Wires.pieces(said.calls().get(i).arguments())) {
                ObjectNode delta = JSON.objectNode();
                call(delta, i, name, piece);
                out.append(event(delta));
                name = "";
            }
        }
        return out + "data: " + choice("delta", JSON.objectNode(), "stop") + "\n\ndata: [DONE]\n\n";
    }

    private static void call(ObjectNode message, int index, String name, String arguments) {
        ObjectNode call = message.withArray("/tool_calls").addObject().put("index", index);
        ObjectNode function = call.putObject("function").put("arguments", arguments);
        if (!name.isEmpty()) {
            function.put("name", name);
        }
    }

    private static String event(ObjectNode delta) {
        return "data: " + choice("delta", delta, null) + "\n\n";
    }

    private static String choice(String part, ObjectNode message, String finish) {
        ObjectNode root = JSON.objectNode();
        ObjectNode choice = root.putArray("choices").addObject().put("finish_reason", finish);
        choice.set(part, message);
        return root.toString();
    }

    @Override
    public Said heard(String answer, boolean streams) {
        List<JsonNode> parts = streams ? Wires.events(answer) : List.of(Rendered.parse(answer.getBytes(UTF_8)));
        StringBuilder text = new StringBuilder();
        TreeMap<Integer, Called> calls = new TreeMap<>();
        for (JsonNode part : parts) {
            JsonNode message = part.path("choices").path(0).path(streams ? "delta" : "message");
            text.append(message.path("content").asText(""));
            ArrayNode pieces = message.withArray("/tool_calls");
            for (int i = 0; i < pieces.size(); i++) {
                JsonNode function = pieces.get(i).path("function");
                int index = streams ? pieces.get(i).path("index").asInt() : i;
                Called piece = new Called(
                        function.path("name").asText(),
                        function.path("arguments").asText());
                calls.merge(index, piece, (one, more) -> new Called(one.tool(), one.arguments() + more.arguments()));
            }
        }
        return new Said("assistant", List.of(text.toString()), "", List.copyOf(calls.values()), false);
    }
}
