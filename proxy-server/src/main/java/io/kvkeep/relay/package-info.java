/** The life of one request between a client's connection and an engine's. */
@NullMarked
package io.kvkeep.relay;

import org.jspecify.annotations.NullMarked;
