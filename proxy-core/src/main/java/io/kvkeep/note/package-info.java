/** Notes: the text that carries volatile sections, or their change, inside the conversation. */
@NullMarked
package io.kvkeep.note;

import org.jspecify.annotations.NullMarked;
