@NullMarked
package io.kvkeep.manual;

import org.jspecify.annotations.NullMarked;
