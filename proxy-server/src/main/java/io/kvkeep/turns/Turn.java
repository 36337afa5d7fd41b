package io.kvkeep.turns;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kvkeep.explain.Break;
import io.kvkeep.readahead.ReadBefore;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One prompt and what became of it; no text of it and no credential.
 *
 * @param id ascending from 1
 * @param timeMillis when the request was complete, in milliseconds since 1970
 * @param tenant the first digits of a hash of the credential
 * @param engine the engine's name
 * @param lane the id of its lane; 0 if the ledger holds none
 * @param sideRequest the name of the side request it is, if it is one
 * @param promptBytes its length as sent
 * @param promptTokens its size; estimated if the engine does not tell it
 * @param promptAsItCameTokens its size as it came, estimated from the size as sent
 * @param promptTokensReported whether the engine told it
 * @param cachedTokens how many of them the engine had; missing if it did not tell
 * @param predictedTokens how many it should have had
 * @param predictedAsItCameTokens how many it would have had, had all prompts gone out as they came
 * @param predictedIfRewrittenTokens how many it would have had, had all prompts been rewritten; missing if it was
 * @param firstTokenMillis from the end of the request to the first byte of the answer's body
 * @param readAhead what had been read ahead for it; missing if nothing had
 * @param edits how many edits of each reason were applied
 * @param sent where the prompt as sent leaves the earlier ones; missing if it goes on from one
 * @param came the same of the prompt as it came
 * @param byEngine why the engine reused less than it should have; missing if it did not
 * @param prefillMillis how long the engine says that it read; missing if it does not
 * @param tokensPerSecond how fast it reads by its own clock; missing if it does not tell
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Turn(
        long id,
        long timeMillis,
        String tenant,
        String agent,
        String dialect,
        String engine,
        String model,
        long lane,
        @Nullable String sideRequest,
        int promptBytes,
        long promptTokens,
        long promptAsItCameTokens,
        boolean promptTokensReported,
        @Nullable Long cachedTokens,
        long predictedTokens,
        long predictedAsItCameTokens,
        @Nullable Long predictedIfRewrittenTokens,
        long firstTokenMillis,
        @Nullable ReadBefore readAhead,
        Map<String, Integer> edits,
        @Nullable Place sent,
        @Nullable Place came,
        @Nullable Place byEngine,
        @Nullable Double prefillMillis,
        @Nullable Double tokensPerSecond) {
    /** Copies the map; it is shown in the order of names. */
    public Turn {
        edits = Collections.unmodifiableMap(new TreeMap<>(edits));
    }

    /** Returns about how much memory it takes. */
    int bytes() {
        int texts = agent.length() + model.length() + engine.length();
        return 500 + 2 * texts + 64 * edits.size() + (sent == null ? 0 : 120) + (came == null ? 0 : 120);
    }

    /**
     * A break as it is shown.
     *
     * @param cause its name, such as {@code section-changed}
     * @param subject the section, the tool, or the index and role of the message; empty if it is the whole prompt
     * @param behindBytes how much of the prompt lies behind it
     * @param behindTokens the same in tokens, estimated
     * @param seconds how long the engine takes for them at its own speed; missing if it tells none
     * @param ruled whether it is a section for which there is a rule that lets it travel as a note
     * @param remedy what helps, or why nothing does
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Place(
            String cause,
            String subject,
            int behindBytes,
            long behindTokens,
            @Nullable Double seconds,
            boolean ruled,
            String remedy) {
        static Place of(Break found, OptionalDouble tokensPerSecond) {
            return new Place(
                    found.cause().id(),
                    found.subject(),
                    found.behindBytes(),
                    found.behindTokens(),
                    tokensPerSecond.isEmpty()
                            ? null
                            : Math.round(1_000 * found.behindTokens() / tokensPerSecond.getAsDouble()) / 1_000.0,
                    found.ruled(),
                    found.remedy());
        }
    }
}
