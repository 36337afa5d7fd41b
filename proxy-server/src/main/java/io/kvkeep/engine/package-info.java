/** Engines: what is known of their kinds, which one is there, and the connections to it. */
@NullMarked
package io.kvkeep.engine;

import org.jspecify.annotations.NullMarked;
