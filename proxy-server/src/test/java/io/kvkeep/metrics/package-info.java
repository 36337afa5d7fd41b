@NullMarked
package io.kvkeep.metrics;

import org.jspecify.annotations.NullMarked;
