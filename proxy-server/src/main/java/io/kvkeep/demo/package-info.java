/** A Hermes-like session, direct beside proxied, on a simulated or a real engine. */
@NullMarked
package io.kvkeep.demo;

import org.jspecify.annotations.NullMarked;
