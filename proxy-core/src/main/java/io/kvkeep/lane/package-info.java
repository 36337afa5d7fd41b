/** Lanes: which conversation a request goes on with, told by canonical digests of its messages. */
@NullMarked
package io.kvkeep.lane;

import org.jspecify.annotations.NullMarked;
