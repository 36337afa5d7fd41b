/** Claims about the demo: its simulated engine counts as it should, and the comparison is what it seems. */
@NullMarked
package io.kvkeep.demo;

import org.jspecify.annotations.NullMarked;
