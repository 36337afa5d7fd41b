/** Recorded requests played through the core under several policies, to see what each would have saved. */
@NullMarked
package io.kvkeep.replay;

import org.jspecify.annotations.NullMarked;
