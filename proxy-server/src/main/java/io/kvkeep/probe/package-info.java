/** What engines say of themselves: questions over HTTP, and the facts that follow, each with its evidence. */
@NullMarked
package io.kvkeep.probe;

import org.jspecify.annotations.NullMarked;
