/** The wire protocols: one file that reads a prompt and one that reads an answer for each. */
@NullMarked
package io.kvkeep.dialect;

import org.jspecify.annotations.NullMarked;
