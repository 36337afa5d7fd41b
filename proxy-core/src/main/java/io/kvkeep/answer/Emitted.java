package io.kvkeep.answer;

import java.util.List;

/** What the model said. */
public record Emitted(String text, String reasoning, List<Call> calls) {
    /** Copies the list. */
    public Emitted {
        calls = List.copyOf(calls);
    }

    /** A call. */
    public record Call(String name, String arguments) {}
}
