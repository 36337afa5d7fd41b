/** Answers to determined requests: kept for their repeats, and shared by those who ask at the same time. */
@NullMarked
package io.kvkeep.repeat;

import org.jspecify.annotations.NullMarked;
