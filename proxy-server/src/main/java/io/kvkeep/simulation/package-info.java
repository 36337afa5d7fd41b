/** An agent's session that is made up, and an engine that computes nothing, for those who have none at hand. */
@NullMarked
package io.kvkeep.simulation;

import org.jspecify.annotations.NullMarked;
