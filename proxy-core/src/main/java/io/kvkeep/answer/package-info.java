/** What a model really said, read from the engine's answer while it passes. */
@NullMarked
package io.kvkeep.answer;

import org.jspecify.annotations.NullMarked;
