/** Reads ahead in the engine's idle time: what is certain of the next prompt of a lane whose turn has ended. */
@NullMarked
package io.kvkeep.readahead;

import org.jspecify.annotations.NullMarked;
