/** YAML files with the line of every value, for errors that a person can act on. */
@NullMarked
package io.kvkeep.yaml;

import org.jspecify.annotations.NullMarked;
