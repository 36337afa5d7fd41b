package io.kvkeep.template;

/** Where a template prints the tools. */
public enum ToolsPlace {
    /** Behind the system text and before the first user text: what changes in the system text costs the tools too. */
    BEHIND_SYSTEM,
    /** Before the system text, so that its end is as good a place for volatile sections as any before the messages. */
    BEFORE_SYSTEM,
    /**
     * Before the newest user text: they move at each turn and the whole history behind the first user text is read
     * again, whatever the layout. Mistral-Nemo, Mistral-Small-3.2; Ollama's own template for Llama 3.1.
     */
    BEFORE_LAST_USER,
    UNKNOWN
}
