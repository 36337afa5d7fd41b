/** A user's own requests and answers in a private file, and back out of it. */
@NullMarked
package io.kvkeep.recording;

import org.jspecify.annotations.NullMarked;
