/** What goes in and out of kvkeep on both wires, byte for byte: raw sockets on either side of a running proxy. */
@NullMarked
package io.kvkeep.wire;

import org.jspecify.annotations.NullMarked;
