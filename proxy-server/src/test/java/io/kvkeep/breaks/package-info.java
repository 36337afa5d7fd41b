/** Claims about explanations on the command line. */
@NullMarked
package io.kvkeep.breaks;

import org.jspecify.annotations.NullMarked;
