package io.kvkeep.ledger;

import io.kvkeep.ledger.Said.Called;
import java.util.Locale;
import java.util.Random;

/**
 * How an agent writes its messages as JSON: some of it is the agent's habit, some of it differs from one request to the
 * next without meaning anything.
 */
final class Spelling {
    /** Whether agents parse and print the arguments of calls. */
    static final boolean PRINTS_ARGUMENTS_ANEW = true;

    private final boolean ascii;
    private final String colon;
    private final boolean strips;
    private final boolean sortsArguments;
    private final boolean movesCacheControl;

    Spelling(Random random) {
        ascii = random.nextBoolean();
        colon = random.nextBoolean() ? ":" : ": ";
        strips = random.nextBoolean();
        sortsArguments = PRINTS_ARGUMENTS_ANEW && random.nextBoolean();
        movesCacheControl = random.nextInt(3) == 0;
    }

    boolean strips() {
        return strips;
    }

    boolean movesCacheControl() {
        return movesCacheControl;
    }

    /** Returns a message as it stands in a request, with ids and fields of its own that change at will. */
    String message(Said said, String id, boolean named, boolean last) {
        boolean cached = movesCacheControl && last && !said.texts().isEmpty() && !isSilent(said);
        StringBuilder out = new StringBuilder("{").append(field("role", quote(said.role())));
        if (named) {
            out.append(',').append(field("name", quote("n-" + id)));
        }
        if (said.role().equals("tool")) {
            out.append(',').append(field("tool_call_id", quote("call_" + id)));
        }
        out.append(',').append(field("content", said.asParts() || cached ? parts(said, cached) : content(said)));
        if (!said.calls().isEmpty()) {
            out.append(',').append(field("tool_calls", calls(said, id)));
        }
        return out.append('}').toString();
    }

    private String content(Said said) {
        return isSilent(said) ? "null" : quote(text(said, 0));
    }

    /** Tells whether a message has null as its content. */
    boolean isSilent(Said said) {
        return !said.asParts()
                && (said.texts().isEmpty() || (said.texts().get(0).isEmpty() && strips));
    }

    private String text(Said said, int index) {
        String text = said.texts().get(index);
        return strips && said.role().equals("assistant") ? text.strip() : text;
    }

    private String parts(Said said, boolean cached) {
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < said.texts().size(); i++) {
            out.append(i == 0 ? "" : ", ").append("{\"type\":\"text\",").append(field("text", quote(text(said, i))));
            out.append(cached && i == 0 ? ",\"cache_control\":{\"type\":\"ephemeral\"}}" : "}");
        }
        if (!said.image().isEmpty()) {
            out.append(said.texts().isEmpty() ? "" : ",")
                    .append("{\"type\":\"image_url\",\"image_url\":{")
                    .append(field("url", quote(said.image())))
                    .append("}}");
        }
        return out.append(']').toString();
    }

    private String calls(Said said, String id) {
        StringBuilder out = new StringBuilder("[");
        for (Called call : said.calls()) {
            out.append(out.length() == 1 ? "" : ",")
                    .append("{\"id\":\"call_")
                    .append(id)
                    .append("\",\"type\":\"function\",\"function\":{")
                    .append(field("name", quote(call.tool())))
                    .append(',')
                    .append(field("arguments", quote(arguments(call))))
                    .append("}}");
        }
        return out.append(']').toString();
    }

    /** The model writes {@code {"path": "...", "n": 1}}; an agent that prints it anew sorts it and drops the blanks. */
    private String arguments(Called call) {
        if (!sortsArguments) {
            return call.arguments();
        }
        int comma = call.arguments().lastIndexOf(',');
        String first = call.arguments().substring(1, comma).replace("\": ", "\":");
        String second = call.arguments().substring(comma + 1, call.arguments().length() - 1);
        return "{" + second.strip().replace("\": ", "\":") + "," + first + "}";
    }

    String field(String name, String value) {
        return '"' + name + '"' + colon + value;
    }

    String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c < ' ' || (ascii && c > '~')) {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
