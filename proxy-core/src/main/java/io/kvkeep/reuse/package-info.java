/** How much of a prompt an engine had read before: as it reports, and as the prompts themselves show. */
@NullMarked
package io.kvkeep.reuse;

import org.jspecify.annotations.NullMarked;
