/** Looks at an engine, at what was sent to it and at agents' files, and says what to change. */
@NullMarked
package io.kvkeep.doctor;

import org.jspecify.annotations.NullMarked;
