/** The admin port: health, metrics and status. */
@NullMarked
package io.kvkeep.admin;

import org.jspecify.annotations.NullMarked;
