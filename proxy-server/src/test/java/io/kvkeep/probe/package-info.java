/** Tests of what engines say of themselves, against scripted ones. */
@NullMarked
package io.kvkeep.probe;

import org.jspecify.annotations.NullMarked;
