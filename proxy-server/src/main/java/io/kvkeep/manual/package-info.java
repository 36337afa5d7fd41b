/** What is made of the commands for shells and readers: completions and the manual page. */
@NullMarked
package io.kvkeep.manual;

import org.jspecify.annotations.NullMarked;
