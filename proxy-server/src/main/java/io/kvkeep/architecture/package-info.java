/** What the architecture of a model tells of its memory: how far an engine must go back to read on. */
@NullMarked
package io.kvkeep.architecture;

import org.jspecify.annotations.NullMarked;
