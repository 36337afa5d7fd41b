/** Sections: contiguous pieces of a system text, and how they are cut out of it without a trace. */
@NullMarked
package io.kvkeep.section;

import org.jspecify.annotations.NullMarked;
