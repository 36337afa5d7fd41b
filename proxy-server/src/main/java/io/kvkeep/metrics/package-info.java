/** The counts and times that Prometheus scrapes. */
@NullMarked
package io.kvkeep.metrics;

import org.jspecify.annotations.NullMarked;
