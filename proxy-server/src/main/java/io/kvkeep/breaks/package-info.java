/** Why a prompt is read again, said on the command line: of files, of recordings, and of a running kvkeep. */
@NullMarked
package io.kvkeep.breaks;

import org.jspecify.annotations.NullMarked;
