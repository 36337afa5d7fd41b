package io.kvkeep.architecture;

/** What a model remembers of its prompt, which decides where an engine can go on reading. */
public enum Attention {
    /** All tokens: an engine goes on at any token. */
    FULL,
    /** In some layers only the last tokens: it goes on at few checkpoints. Gemma 3, gpt-oss. */
    SLIDING_WINDOW,
    /** In some layers a running state only: it goes on at few checkpoints. Qwen3-Next, LFM2, Nemotron-H. */
    HYBRID,
    /** A running state only: it goes on at few checkpoints. Mamba, RWKV. */
    RECURRENT,
    UNKNOWN
}
