/** Tests against a real engine: llama.cpp's server with tiny random weights, and kvkeep in front of it. */
@NullMarked
package io.kvkeep.e2e;

import org.jspecify.annotations.NullMarked;
