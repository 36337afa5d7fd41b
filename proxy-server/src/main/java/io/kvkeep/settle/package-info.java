/** What is done once an answer has gone through: ledger, reuse, counts. */
@NullMarked
package io.kvkeep.settle;

import org.jspecify.annotations.NullMarked;
