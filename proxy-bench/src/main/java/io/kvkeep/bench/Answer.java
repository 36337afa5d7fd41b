package io.kvkeep.bench;

/** What a checked answer tells: the checksum of the body as the engine got it, and whether the connection ends here. */
record Answer(String checksum, boolean close) {}
