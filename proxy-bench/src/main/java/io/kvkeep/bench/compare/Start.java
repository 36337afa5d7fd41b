package io.kvkeep.bench.compare;

/** One start of a peer: until the first answer of the engine came through it, and its memory then. */
public record Start(String peer, double millis, long residentKilobytes) {}
