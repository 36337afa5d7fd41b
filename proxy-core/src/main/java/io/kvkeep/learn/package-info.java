/** The learner: what changes between successive system texts of one agent, and the section rules that follow from it. */
@NullMarked
package io.kvkeep.learn;

import org.jspecify.annotations.NullMarked;
