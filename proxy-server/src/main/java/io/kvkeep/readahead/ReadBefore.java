package io.kvkeep.readahead;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What was read ahead for one prompt.
 *
 * @param reason why it was read, such as {@code restart}
 * @param tokens how many tokens the engine read
 * @param millis how long that took
 * @param usedTokens how many of them the prompt found in the cache; missing if the engine does not tell
 * @param savedMillis about how long it would have taken to read these; missing if the engine does not tell
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReadBefore(
        String reason,
        long tokens,
        long millis,
        @Nullable Long usedTokens,
        @Nullable Long savedMillis) {}
