package io.kvkeep.bench;

/** One start of a peer: until the first answer of the engine came through it, and its memory then. */
record Start(String peer, double millis, long residentKilobytes) {}
