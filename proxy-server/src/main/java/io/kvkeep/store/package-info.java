/** The ledger's store: all lanes in memory, bounded, and on disk. */
@NullMarked
package io.kvkeep.store;

import org.jspecify.annotations.NullMarked;
