package io.kvkeep.answer;

import java.util.List;

/**
 * What a model said in one answer, character for character as the engine spelled it.
 *
 * @param text the text for the user; empty if there is none
 * @param reasoning what was said before that; empty if there is none
 * @param calls the tool calls in the engine's order
 */
public record Emitted(String text, String reasoning, List<Call> calls) {
    /** Makes the list its own. */
    public Emitted {
        calls = List.copyOf(calls);
    }

    /**
     * One tool call.
     *
     * @param name the tool's name, never empty
     * @param arguments the characters that the engine sent: JSON as the model spelled it, if the model did spell JSON
     */
    public record Call(String name, String arguments) {}
}
