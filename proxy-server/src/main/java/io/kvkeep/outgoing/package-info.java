/** What goes to the engine: heads, and bodies that are collected within a budget and sent rewritten, part by part. */
@NullMarked
package io.kvkeep.outgoing;

import org.jspecify.annotations.NullMarked;
