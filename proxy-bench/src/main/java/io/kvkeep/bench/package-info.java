/** The measuring programs: whole processes side by side with other reverse proxies, and the entry to the JMH benchmarks. */
@NullMarked
package io.kvkeep.bench;

import org.jspecify.annotations.NullMarked;
