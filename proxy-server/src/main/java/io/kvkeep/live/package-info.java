/** What a running kvkeep tells of itself on its admin port. */
@NullMarked
package io.kvkeep.live;

import org.jspecify.annotations.NullMarked;
