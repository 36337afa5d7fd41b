package io.kvkeep.template;

/** What a template does with a system message that is not the first message. */
public enum LateSystem {
    /** It stands where it was sent. */
    KEPT,
    /** The template raises, and the engine answers 4xx. Qwen3.5, Gemma 3, Mistral-Nemo. */
    RAISES,
    /** It is silently left out. gpt-oss, MiniMax-M2. */
    LOST,
    /** It moves to the top, which breaks the prefix. DeepSeek V3.1, Go templates of Ollama. */
    HOISTED,
    UNKNOWN
}
