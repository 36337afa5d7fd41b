/** Claims about replay. */
@NullMarked
package io.kvkeep.replay;

import org.jspecify.annotations.NullMarked;
