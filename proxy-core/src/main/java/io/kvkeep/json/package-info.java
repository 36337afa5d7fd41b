/** Byte ranges of JSON values: where they begin and end in a body that stays as it is. */
@NullMarked
package io.kvkeep.json;

import org.jspecify.annotations.NullMarked;
