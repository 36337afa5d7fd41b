/** Prompts that were sent to one engine, by a running kvkeep or a recording, and what of their system texts changed. */
@NullMarked
package io.kvkeep.traffic;

import org.jspecify.annotations.NullMarked;
