/** Profiles made of what a running kvkeep has learned. */
@NullMarked
package io.kvkeep.draft;

import org.jspecify.annotations.NullMarked;
