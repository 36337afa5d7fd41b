/** Which requests have only one answer, how to know them again, and whether an answer to one is whole. */
@NullMarked
package io.kvkeep.determined;

import org.jspecify.annotations.NullMarked;
