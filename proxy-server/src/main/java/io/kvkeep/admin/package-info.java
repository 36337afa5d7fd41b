/** The admin port: health, metrics, status and the live page. */
@NullMarked
package io.kvkeep.admin;

import org.jspecify.annotations.NullMarked;
