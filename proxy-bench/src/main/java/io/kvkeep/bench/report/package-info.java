/** The report of a comparison: figures over rounds, written as tables. */
@NullMarked
package io.kvkeep.bench.report;

import org.jspecify.annotations.NullMarked;
