package io.kvkeep.ledger;

import io.kvkeep.ledger.Said.Called;
import java.util.Locale;
import java.util.Random;

/**
 * How an agent writes JSON, whatever the dialect: some of it is the agent's habit, some of it differs from one request to the
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

    /** Returns a text of a message as this agent keeps it. */
    String text(Said said, int index) {
        String text = said.texts().get(index);
        return strips && said.role().equals("assistant") ? text.strip() : text;
    }

    /** The model writes {@code {"path": "...", "n": 1}}; an agent that prints it anew sorts it and drops the blanks. */
    String arguments(Called call) {
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
