/** The ledger measured by itself: what it takes in memory and on disk, and how long it searches. */
@NullMarked
package io.kvkeep.bench.ledger;

import org.jspecify.annotations.NullMarked;
