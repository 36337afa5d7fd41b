/** Claims about the command line. */
@NullMarked
package io.kvkeep.cli;

import org.jspecify.annotations.NullMarked;
