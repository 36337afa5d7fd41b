/** The ledger: what was really sent and received on each lane, as far as the next request needs to know it. */
@NullMarked
package io.kvkeep.ledger;

import org.jspecify.annotations.NullMarked;
