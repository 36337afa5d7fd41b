/** One request's system text, tools and messages, as byte ranges over the body; one file for each wire protocol. */
@NullMarked
package io.kvkeep.prompt;

import org.jspecify.annotations.NullMarked;
