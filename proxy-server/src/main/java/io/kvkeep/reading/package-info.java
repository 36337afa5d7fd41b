/** One reading ahead: what is read of an ended turn, in parts, and how it is sent to the engine and broken off. */
@NullMarked
package io.kvkeep.reading;

import org.jspecify.annotations.NullMarked;
