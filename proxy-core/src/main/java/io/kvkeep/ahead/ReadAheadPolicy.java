package io.kvkeep.ahead;

/**
 * What the operator wants read ahead.
 *
 * @param enabled whether anything is
 * @param minTokens how many tokens the next prompt has to cost without it, estimated; 1 or more
 * @param quietMillis how long the engine has to be idle before; 0 or more
 * @param keepLoadedSeconds how long Ollama is to keep a model loaded after its last use; 0 for as long as it does itself
 */
public record ReadAheadPolicy(boolean enabled, int minTokens, int quietMillis, int keepLoadedSeconds) {
    /** On, from 1,000 tokens, after a second. */
    public static final ReadAheadPolicy DEFAULT = new ReadAheadPolicy(true, 1_000, 1_000, 0);

    /** Nothing is read ahead. */
    public static final ReadAheadPolicy OFF = new ReadAheadPolicy(false, 1_000, 1_000, 0);
}
