/** Why an engine has to read again what it had read before: the first place where prompts part, and its cause. */
@NullMarked
package io.kvkeep.explain;

import org.jspecify.annotations.NullMarked;
