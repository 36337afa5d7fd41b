package io.kvkeep.store;

/**
 * How lanes are kept apart in an engine's cache.
 *
 * @param marks whether by marks at the head of the system text
 * @param slots how many slots of the engine may be named in requests; 0 for none
 */
public record Steering(boolean marks, int slots) {
    /** Not at all: the engine shares its cache between all requests, or the operator says so. */
    public static final Steering NONE = new Steering(false, 0);
}
