/** The configuration: one YAML file, flags, defaults; and the data directory. */
@NullMarked
package io.kvkeep.config;

import org.jspecify.annotations.NullMarked;
