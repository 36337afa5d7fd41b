/** What was sent and received before, as far as the next request needs to know it. */
@NullMarked
package io.kvkeep.ledger;

import org.jspecify.annotations.NullMarked;
