/** The load program: connections that send requests as agents do, and check every answer. */
@NullMarked
package io.kvkeep.bench.load;

import org.jspecify.annotations.NullMarked;
