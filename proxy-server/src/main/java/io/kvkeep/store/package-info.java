/** Records on disk that outlive the death of the process. */
@NullMarked
package io.kvkeep.store;

import org.jspecify.annotations.NullMarked;
