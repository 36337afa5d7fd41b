package io.kvkeep.reading;

import io.kvkeep.ahead.Renewed;
import java.util.Optional;

/**
 * A prompt that is read in parts.
 *
 * @param renewed the form in which the lane is to go on, if it is another one
 * @param tokens how many are to be read, estimated
 * @param readTokens how many tokens the engine told it read for those before the one under way
 */
public record Reading(Waiting waiter, Optional<Renewed> renewed, long tokens, Parts parts, long readTokens) {}
