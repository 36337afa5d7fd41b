package io.kvkeep.answer;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The parts of an answer that were said so far, up to a bound; each method throws when that is passed. */
public final class EmittedSoFar {
    /** A call costs memory however short it is; this much is counted for it. */
    private static final int CALL_BYTES = 128;

    private final int maxBytes;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final TreeMap<Integer, CallSoFar> calls = new TreeMap<>();
    private int keptBytes;

    /**
     * @param maxBytes how much may be kept, counted in the engine's spelling
     */
    public EmittedSoFar(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Adds to the text for the user. */
    public void text(JsonString more) throws NotJson {
        append(text, more);
    }

    /** Adds to the reasoning. */
    public void reasoning(JsonString more) throws NotJson {
        append(reasoning, more);
    }

    /** Adds to the call with that index, which begins it if there is none yet. */
    public CallSoFar call(int index) throws NotJson {
        CallSoFar call = calls.get(index);
        if (call == null) {
            keep(CALL_BYTES, 0);
            call = new CallSoFar();
            calls.put(index, call);
        }
        return call;
    }

    /** Returns the number of bytes kept so far; it grows with whatever is said. */
    public int keptBytes() {
        return keptBytes;
    }

    /** Returns all of it, the calls by index; throws if one of them has no name. */
    public Emitted emitted() throws NotJson {
        List<Emitted.Call> named = new ArrayList<>(calls.size());
        for (CallSoFar call : calls.values()) {
            if (call.name == null) {
                throw new NotJson("a name in each call", 0);
            }
            named.add(new Emitted.Call(call.name, call.arguments.toString()));
        }
        return new Emitted(text.toString(), reasoning.toString(), named);
    }

    private void append(StringBuilder to, JsonString more) throws NotJson {
        int bytes = more.end() - more.start();
        if (bytes > 0) {
            keep(bytes, more.start());
            to.append(more.text());
        }
    }

    private void keep(int bytes, int offset) throws NotJson {
        if (bytes > maxBytes - keptBytes) {
            throw new NotJson("no more than " + maxBytes + " bytes", offset);
        }
        keptBytes += bytes;
    }

    /** One tool call whose arguments come in pieces. */
    public final class CallSoFar {
        private final StringBuilder arguments = new StringBuilder();
        private @Nullable String name;

        /** Names the call; an empty name says nothing, and some engines repeat the name with each piece. */
        public void name(JsonString given) throws NotJson {
            if (given.start() == given.end()) {
                return;
            }
            String text = given.text();
            if (name == null) {
                keep(given.end() - given.start(), given.start());
                name = text;
            } else if (!name.equals(text)) {
                throw new NotJson("one name in each call", given.start());
            }
        }

        /** Adds to the arguments. */
        public void arguments(JsonString more) throws NotJson {
            append(arguments, more);
        }

        /** Adds to the arguments, as they are spelled. */
        public void arguments(String raw) throws NotJson {
            keep(raw.length(), 0);
            arguments.append(raw);
        }
    }
}
