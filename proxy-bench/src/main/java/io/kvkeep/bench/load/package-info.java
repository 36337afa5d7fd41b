/** The load program: bodies as a coding agent sends them, and connections that send them and check every answer. */
@NullMarked
package io.kvkeep.bench.load;

import org.jspecify.annotations.NullMarked;
