package io.kvkeep.bench.agent;

import java.nio.ByteBuffer;

/** The requests of one connection, one after the other. */
public interface Requests {
    /** The whole request with this number; valid until the next call. */
    ByteBuffer request(long number);

    /** The body of the last request alone; valid until the next call of {@link #request}. */
    ByteBuffer body();
}
