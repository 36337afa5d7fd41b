/** Profiles: what is known of one agent, as data. */
@NullMarked
package io.kvkeep.profile;

import org.jspecify.annotations.NullMarked;
