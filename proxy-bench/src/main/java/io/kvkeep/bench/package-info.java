/** The command line of the measuring program. */
@NullMarked
package io.kvkeep.bench;

import org.jspecify.annotations.NullMarked;
