package io.kvkeep.explain;

import java.util.Locale;

/** Why a prompt leaves what the engine holds. */
public enum Cause {
    /** No prompt that begins like this one was sent lately. */
    FIRST_SIGHT("none is needed: each prompt has to be read once"),
    /** A section of the system text is another, is gone, or is there for the first time. */
    SECTION_CHANGED("stable-changes: note in the configuration: the old text stays, and a note tells the changed lines;"
            + " if the section changes often, a rule of the profile that calls it volatile"),
    /** A tool is another, is gone, or is there for the first time. */
    TOOLS_CHANGED("none where tools are other ones: the model has to read them; equal tools in another order are put"
            + " back in mode rewrite"),
    /** The chat template prints the tools before the newest user message, so they move at each user turn. */
    TOOLS_MOVED("none by rewriting: use a chat template that prints tools at the start"),
    /** The agent sends earlier messages in another form, or others in their place: compression, an edit, a retry. */
    HISTORY_REWRITTEN(
            "none: the agent sends other messages than before; compressing later, and more at once, costs less"
                    + " often"),
    /** An answer of the model comes back spelled in another way. */
    ANSWER_RESERIALISED("mode: rewrite, in which answers go back as the model said them"),
    /** Reasoning that the engine holds is not in the prompt any more. */
    REASONING_STRIPPED("reading ahead, which has it read in idle time; or a switch of the chat template that keeps"
            + " earlier reasoning, where it has one"),
    /** Another conversation of the same agent begins: only system text and tools are shared. */
    NEW_SESSION("none is needed: what follows was never read before"),
    /** The prompt is a side request with words of its own, or a side request took the slot. */
    SIDE_REQUEST("a slot for side requests (llama.cpp: one more --parallel), or another model for them"),
    /** Another conversation took the slot. */
    OTHER_SLOT("as many slots as conversations at once (llama.cpp: --parallel), or a larger cache"),
    /** The engine holds less than it was sent, and nothing else explains it. */
    EVICTED("more memory for the engine's cache (llama.cpp: --cache-ram), or a longer keep-alive (Ollama:"
            + " OLLAMA_KEEP_ALIVE)"),
    /** The engine came back between the two prompts. */
    RESTARTED("none: an engine that starts holds nothing"),
    /** The engine read fewer tokens than it was sent. */
    TRUNCATED("a larger context (Ollama: num_ctx or OLLAMA_CONTEXT_LENGTH; llama.cpp: --ctx-size)"),
    /** The chat template prints the date at the head, and the day is another. */
    TEMPLATE_DATE("a chat template that prints no date, or prints it behind the system text"),
    /** The lane starts afresh with one clean prompt, since its notes had grown or the engine's cache was cold. */
    REBASED("none is needed: it costs one prompt and makes all later ones shorter"),
    /** None of these. */
    UNKNOWN("none is known; the lengths on both sides may tell more");

    private final String id = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final String remedy;

    Cause(String remedy) {
        this.remedy = remedy;
    }

    /** Returns the name as it is written in labels, such as {@code section-changed}. */
    public String id() {
        return id;
    }

    /** Returns in plain English what helps, or why nothing does. */
    public String remedy() {
        return remedy;
    }
}
