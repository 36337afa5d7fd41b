/** What became of the last prompts, each with its breaks, for the operator. */
@NullMarked
package io.kvkeep.turns;

import org.jspecify.annotations.NullMarked;
