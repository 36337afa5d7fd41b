package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.e2e.HermesSession.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * One conversation with Hermes Agent that goes on from what the engine has really answered.
 *
 * <p>As agents do, it sends answers back in a spelling of its own: text without the white space around it, arguments of
 * tool calls compact and with sorted keys. An engine that can be {@link Forcing forced} makes these calls and this white
 * space; for another one, whose answers are noise, the client writes the calls itself.
 *
 * <p>It is long because all that an agent does to its history stands here in one place.
 */
final class LiveSession {
    private static final List<String> QUESTIONS = List.of(
            "Which source was late most often?",
            "And how does the page show a source that is late?",
            "What happens to the rows of a source that never comes back?",
            "Then write down how a new source is added.");

    private static final List<String> MEMORY = List.of(
            "Tideboard is built with uv; the page is checked with `uv run page-check`.",
            "Recorded answers live in tests/answers and are named by source and day.");

    private final Script script;
    private final String model;
    private final Forcing forcing;
    private final Filler filler;
    private final List<ObjectNode> messages = new ArrayList<>();
    private final List<String> memory = new ArrayList<>(MEMORY);
    private HermesSystemText system = new HermesSystemText(
            List.of("- Branch: main → origin/main", "- Status: 1 modified"), MEMORY, "Saturday, November 21, 2026");
    private int turn;
    private Change change = Change.NOTHING;
    private String name = "";

    /** A conversation about a topic of its own; equal arguments and answers make equal requests. */
    LiveSession(Script script, String model, Forcing forcing, int topic) {
        this.script = script;
        this.model = model;
        this.forcing = forcing;
        this.filler = new Filler(topic);
        messages.add(user("Topic " + topic + ": the board at the pier shows old rows. Find out why, from this log:\n"
                + filler.lines(script.resultChars())));
        begin("question");
    }

    boolean isOver() {
        return turn > script.turns();
    }

    int turn() {
        return turn;
    }

    String name() {
        return name;
    }

    Change change() {
        return change;
    }

    boolean isStreamed() {
        return turn % 3 != 2;
    }

    /** The request of this turn. */
    String body() {
        ObjectNode body = Http.object().put("model", model);
        body.putArray("messages")
                .add(message("system", script.labelledText(system.text())))
                .addAll(messages);
        ArrayNode tools = body.putArray("tools");
        Filler descriptions = new Filler(0);
        for (ObjectNode tool : HermesTools.all()) {
            ObjectNode function = (ObjectNode) tool.path("function");
            String more = descriptions.lines(script.toolChars());
            tools.add(tool);
            function.put("description", function.path("description").textValue() + more);
        }
        if (isStreamed()) {
            body.put("stream", true).putObject("stream_options").put("include_usage", true);
        }
        forcing.addTo(body, answersWithCall() ? Forcing.callText(callArguments()) : answerText());
        return body.toString();
    }

    /** Takes the engine's answer to this turn, and goes on to the next one. */
    void take(Reply reply) {
        if (answersWithCall()) {
            callsOf(reply);
            begin("tool result");
        } else {
            messages.add(message("assistant", reply.text().strip()));
            messages.add(user(QUESTIONS.get(turn % QUESTIONS.size())));
            begin("next question");
        }
        if (turn == 2) {
            longToolLoop();
        }
        if (turn == script.compressionTurn()) {
            compress();
        } else if (script.changesMemory(turn)) {
            changeMemory();
        }
    }

    private void begin(String what) {
        turn++;
        name = what;
        change = Change.NOTHING;
    }

    /** Every second answer is a call. */
    private boolean answersWithCall() {
        return turn % 2 == 0;
    }

    /** White space around it, which the client strips. No line break before it: that would join the prompt's last one. */
    private String answerText() {
        return " In turn " + turn + " the rows were old because a reader had failed. \n\n";
    }

    /** Short in a plain answer, whose time to the first token is that of the whole. */
    private ObjectNode callArguments() {
        return Http.object()
                .put("path", "notes/turn-" + turn + ".md")
                .put(
                        "content",
                        "What the log says about turn " + turn + ":\n"
                                + new Filler(turn).lines(isStreamed() ? 200 : 40));
    }

    /** The engine's calls, or the one that it should have made, and a result for each. */
    private void callsOf(Reply reply) {
        List<Reply.Call> calls = reply.calls().isEmpty()
                ? List.of(new Reply.Call("write_file", callArguments().toString()))
                : reply.calls();
        String text = reply.calls().isEmpty() ? "" : reply.text().strip();
        ObjectNode message = message("assistant", text);
        ArrayNode sent = message.putArray("tool_calls");
        messages.add(message);
        for (int i = 0; i < calls.size(); i++) {
            String id = "call_" + turn + "_" + i;
            addCall(sent, id, calls.get(i).name(), Http.parse(calls.get(i).arguments()));
            messages.add(message("tool", filler.lines(script.resultChars() / calls.size()))
                    .put("tool_call_id", id));
        }
    }

    /** What a session has behind it that is resumed: calls and results, all at once. */
    private void longToolLoop() {
        name = "long tool loop";
        for (int i = 0; i < 4; i++) {
            String id = "call_old_" + i;
            ObjectNode message = message("assistant", "");
            addCall(message.putArray("tool_calls"), id, "write_file", callArguments());
            messages.add(message);
            messages.add(message("tool", filler.lines(script.loopChars() / 4)).put("tool_call_id", id));
        }
    }

    private void changeMemory() {
        name += ", memory changed";
        change = Change.MEMORY;
        memory.add("In turn " + turn + " a reader was found that fails on an empty answer.");
        system = system.withMemory(memory.toArray(String[]::new));
    }

    /** Keeps the first message and the newest answer with what follows it, and puts a summary between them. */
    private void compress() {
        name = "compression";
        change = Change.COMPRESSION;
        ObjectNode first = messages.get(0);
        int newest = messages.size() - 1;
        while (!messages.get(newest).path("role").textValue().equals("assistant")) {
            newest--;
        }
        List<ObjectNode> last = List.copyOf(messages.subList(newest, messages.size()));
        messages.clear();
        messages.add(first);
        messages.add(message(
                "assistant", "[CONTEXT COMPACTION — REFERENCE ONLY] Earlier turns in short.\n" + filler.lines(800)));
        messages.add(user("Go on."));
        messages.addAll(last);
        if (!script.changesSystem()) {
            return;
        }
        memory.set(0, "Tideboard is built with uv; `uv run page-check` needs a display.");
        system = system.withMemory(memory.toArray(String[]::new))
                .withGitLines("- Branch: main → origin/main (ahead 1, behind 0)", "- Status: 2 modified");
    }

    private static void addCall(ArrayNode calls, String id, String tool, JsonNode arguments) {
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        arguments.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
        ObjectNode call = calls.addObject().put("id", id).put("type", "function");
        call.putObject("function")
                .put("name", tool)
                .put("arguments", Http.object().setAll(sorted).toString());
    }

    private static ObjectNode user(String text) {
        return message("user", text);
    }

    private static ObjectNode message(String role, String content) {
        return Http.object().put("role", role).put("content", content);
    }
}
