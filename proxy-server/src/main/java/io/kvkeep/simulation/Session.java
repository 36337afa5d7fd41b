package io.kvkeep.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Twelve requests of an agent in the manner of Hermes: a tool loop, two compressions of which the first follows a new
 * memory, a new session after a commit, and a new session on the next day.
 *
 * <p>The assistant's side is scripted, so that every run has the same requests whatever the engine answers.
 */
public final class Session {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SPROUT_NOTE =
            "Germination rates come in percent from the old lab and as fractions from the new one.";
    private static final List<String> MEMORY = List.of(
            "The catalogue is built with `uv run build`; it takes a minute.",
            "Latin names are the keys everywhere; common names are only shown.");

    private final String model;
    private final Size size;
    private final int maxTokens;
    private final ArrayNode tools;
    private final List<Turn> turns = new ArrayList<>();
    private final List<ObjectNode> messages = new ArrayList<>();
    private final Filler filler = new Filler(4);
    private SystemText system;
    private String lastSystem = "";

    private Session(String model, String label, Size size, int maxTokens) {
        this.model = model;
        this.size = size;
        this.maxTokens = maxTokens;
        this.tools = Tools.all(size);
        this.system = new SystemText(
                label,
                size,
                model,
                List.of("- Branch: main → origin/main", "- Status: clean"),
                MEMORY,
                "Friday, November 20, 2026");
    }

    /**
     * Writes the session down.
     *
     * @param label tells this conversation from all others at its very start; empty for none
     * @param maxTokens how long answers may be; 0 for no limit
     */
    public static List<Turn> turns(String model, String label, Size size, int maxTokens) {
        Session session = new Session(model, label, size, maxTokens);
        session.toolLoop();
        session.compressionAfterNewMemory();
        session.compressionAlone();
        session.newSession();
        session.nextDay();
        return List.copyOf(session.turns);
    }

    private void toolLoop() {
        ask("Some beans show a germination rate above 100 percent in the catalogue. Find out why.");
        turn("first question", Answer.calls("search_files", "pattern", "germination", "path", "seeds"));
        result();
        turn("tool result", Answer.calls("read_file", "path", "seeds/rates.py", "offset", "1", "limit", "80"));
        result();
        turn("tool result", Answer.says("The new lab sends fractions, and rates.py takes them for percent."));
        ask("Then convert them on the way in, and add a test.");
        turn(
                "next question",
                Answer.calls(
                        "patch",
                        "path",
                        "seeds/rates.py",
                        "old_string",
                        "    return float(cell)",
                        "new_string",
                        "    rate = float(cell)\n    return rate if lab.uses_percent else 100 * rate"));
        result();
        turn("tool result", Answer.calls("memory", "action", "add", "target", "memory", "content", SPROUT_NOTE));
    }

    private void compressionAfterNewMemory() {
        result();
        compress("Rates above 100 percent came from fractions; rates.py now converts them.");
        system = system.withMemory(List.of(MEMORY.get(0), MEMORY.get(1), SPROUT_NOTE));
        turn("compression, new memory", Answer.calls("terminal", "command", "uv run pytest -q"));
        result();
        turn("tool result", Answer.says("Converted and tested: 61 tests pass."));
        ask("Does the printed catalogue use the same function?");
        turn("next question", Answer.calls("search_files", "pattern", "rate_of", "path", "print"));
    }

    private void compressionAlone() {
        result();
        compress("Rates are converted and tested. Open: whether the printed catalogue takes the same road.");
        turn("compression, same memory", Answer.says("Yes, print/pages.py calls rates.rate_of for every row."));
    }

    private void newSession() {
        messages.clear();
        ask("Which seeds are older than five years?");
        system = system.withGitLines(
                "- Branch: main → origin/main (ahead 1, behind 0)",
                "- Status: 1 modified",
                "- Recent commits:",
                "    5d20c1e Take fractions from the new lab");
        turn("new session, git status changed", Answer.calls("terminal", "command", "uv run seeds --older-than 5y"));
        result();
        turn("tool result", Answer.says("Eleven kinds, most of them beans; the list is above."));
    }

    private void nextDay() {
        messages.clear();
        ask("Good morning. Draw up the sowing list for March.");
        system = system.withDay("Saturday, November 21, 2026");
        turn("new session on the next day", Answer.says("It is in lists/march.md."));
    }

    /** Replaces all but the last call and its result by a summary. */
    private void compress(String done) {
        List<ObjectNode> kept = new ArrayList<>(messages.subList(messages.size() - 2, messages.size()));
        messages.clear();
        ask("[CONTEXT COMPACTION — REFERENCE ONLY] Earlier turns were put together into this summary.\n\n" + done
                + "\n\n"
                + filler.paragraph(size.resultChars() / 2));
        messages.addAll(kept);
    }

    private void ask(String text) {
        messages.add(JSON.createObjectNode().put("role", "user").put("content", text));
    }

    private void result() {
        messages.add(JSON.createObjectNode()
                .put("role", "tool")
                .put("tool_call_id", callId())
                .put("content", filler.lines(size.resultChars())));
    }

    private String callId() {
        return "call_" + turns.size();
    }

    private void turn(String what, Answer answer) {
        String text = system.text();
        boolean changed = !lastSystem.isEmpty() && !lastSystem.equals(text);
        lastSystem = text;
        turns.add(new Turn(what, changed, body(text), answer));
        messages.add(answer.inHistory(callId()));
    }

    private String body(String systemText) {
        ObjectNode body = JSON.createObjectNode().put("model", model);
        ArrayNode all = body.putArray("messages");
        all.addObject().put("role", "system").put("content", systemText);
        all.addAll(messages);
        body.set("tools", tools);
        body.put("stream", true).putObject("stream_options").put("include_usage", true);
        if (maxTokens > 0) {
            body.put("max_tokens", maxTokens);
        }
        return body.toString();
    }
}
