/** The plan for one request: which bytes to move, drop or add, each with its reason, and the splice that does it. */
@NullMarked
package io.kvkeep.plan;

import org.jspecify.annotations.NullMarked;
