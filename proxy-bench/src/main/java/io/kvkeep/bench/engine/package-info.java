/** The stand-in for an engine: its answers, and the HTTP connection that both of its ends use. */
@NullMarked
package io.kvkeep.bench.engine;

import org.jspecify.annotations.NullMarked;
