/** The client's side of the wire: framing that leaves no room for a second reading, headers, kvkeep's own answers. */
@NullMarked
package io.kvkeep.http;

import org.jspecify.annotations.NullMarked;
