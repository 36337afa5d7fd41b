/** Makes a leaked buffer fail the tests. */
@NullMarked
package io.kvkeep.leak;

import org.jspecify.annotations.NullMarked;
