/** Reading ahead: the part of the next prompt that is already certain, as a request that generates nothing. */
@NullMarked
package io.kvkeep.ahead;

import org.jspecify.annotations.NullMarked;
