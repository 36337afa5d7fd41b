package io.kvkeep.settle;

import io.kvkeep.learn.FirstWords;
import java.util.List;
import java.util.stream.Stream;

/**
 * The system texts that an agent was learned from.
 *
 * @param systemTexts how many different ones
 * @param firstWords how they begin; text of prompts, for the operator alone
 */
public record AgentTexts(int systemTexts, List<FirstWords> firstWords) {
    /** Copies the list. */
    public AgentTexts {
        firstWords = List.copyOf(firstWords);
    }

    /** Adds what another tenant sent. */
    AgentTexts and(AgentTexts other) {
        List<FirstWords> all = Stream.concat(firstWords.stream(), other.firstWords.stream())
                .distinct()
                .toList();
        return new AgentTexts(systemTexts + other.systemTexts, all);
    }
}
