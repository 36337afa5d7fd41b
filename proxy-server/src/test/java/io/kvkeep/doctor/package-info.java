/** Tests of what doctor says, against scripted engines. */
@NullMarked
package io.kvkeep.doctor;

import org.jspecify.annotations.NullMarked;
