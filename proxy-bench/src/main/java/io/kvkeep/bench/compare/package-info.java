/** One comparison: the machine, the proxies side by side on it, and the rounds in which they are measured. */
@NullMarked
package io.kvkeep.bench.compare;

import org.jspecify.annotations.NullMarked;
