@NullMarked
package io.kvkeep.reload;

import org.jspecify.annotations.NullMarked;
