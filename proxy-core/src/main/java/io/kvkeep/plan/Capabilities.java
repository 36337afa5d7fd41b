package io.kvkeep.plan;

/**
 * What the engine can do and what it needs, as far as plans depend on it.
 *
 * @param tellsUsageOnRequest whether a stream carries the counts of tokens only with {@code
 *     stream_options.include_usage}
 */
public record Capabilities(boolean tellsUsageOnRequest) {
    /** An engine of which nothing is known: it gets no field that the client did not send. */
    public static final Capabilities UNKNOWN = new Capabilities(false);
}
