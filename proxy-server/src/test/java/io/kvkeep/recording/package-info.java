/** Claims about recordings. */
@NullMarked
package io.kvkeep.recording;

import org.jspecify.annotations.NullMarked;
