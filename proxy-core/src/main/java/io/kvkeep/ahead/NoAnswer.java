package io.kvkeep.ahead;

/**
 * How a kind of engine is asked to read a prompt and say nothing.
 *
 * @param tokens how many tokens it is to generate at most: llama.cpp (b11434) takes 0, which vLLM (0.33), SGLang (0.5)
 *     and Ollama (0.34) refuse or take for no limit
 * @param progress whether a chat completion is to tell on the way how far it is: llama.cpp ({@code return_progress}).
 *     It then also writes at each batch, and so sees at the next one that its client is gone
 */
public record NoAnswer(int tokens, boolean progress) {
    /** How llama.cpp is asked. */
    public static final NoAnswer LLAMA_CPP = new NoAnswer(0, true);

    /** How every other engine is asked. */
    public static final NoAnswer ONE_TOKEN = new NoAnswer(1, false);
}
