/** One request's system text, tools and messages, as byte ranges over the body. */
@NullMarked
package io.kvkeep.prompt;

import org.jspecify.annotations.NullMarked;
