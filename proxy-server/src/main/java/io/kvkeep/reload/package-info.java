/** The configuration read anew while kvkeep runs. */
@NullMarked
package io.kvkeep.reload;

import org.jspecify.annotations.NullMarked;
