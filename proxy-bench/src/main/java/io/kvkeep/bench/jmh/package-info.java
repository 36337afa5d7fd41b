/** JMH benchmarks of the single steps that a request takes through the core. */
@NullMarked
package io.kvkeep.bench.jmh;

import org.jspecify.annotations.NullMarked;
