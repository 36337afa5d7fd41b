/** The admin port: health and metrics. */
@NullMarked
package io.kvkeep.admin;

import org.jspecify.annotations.NullMarked;
