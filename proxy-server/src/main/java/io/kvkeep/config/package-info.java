/** The configuration: one YAML file, environment, flags, defaults; and the data directory. */
@NullMarked
package io.kvkeep.config;

import org.jspecify.annotations.NullMarked;
