/** Where agents on this machine send their prompts, by their own files and the environment. */
@NullMarked
package io.kvkeep.setup;

import org.jspecify.annotations.NullMarked;
