package io.kvkeep.settle;

import io.kvkeep.learn.FirstWords;
import java.util.List;
import java.util.stream.Stream;

/**
 * The system texts that an agent was learned from.
 *
 * @param systemTexts how many different ones
 * @param firstWords how they begin; text of prompts, for the operator alone
 * @param userAgents values of the header User-Agent that came with them, at most 8; empty ones are left out
 */
public record AgentTexts(int systemTexts, List<FirstWords> firstWords, List<String> userAgents) {
    /** Copies the lists. */
    public AgentTexts {
        firstWords = List.copyOf(firstWords);
        userAgents = List.copyOf(userAgents);
    }

    /** Adds what another tenant sent. */
    AgentTexts and(AgentTexts other) {
        List<FirstWords> all = Stream.concat(firstWords.stream(), other.firstWords.stream())
                .distinct()
                .toList();
        List<String> agents = Stream.concat(userAgents.stream(), other.userAgents.stream())
                .distinct()
                .limit(Learners.MAX_USER_AGENTS)
                .toList();
        return new AgentTexts(systemTexts + other.systemTexts, all, agents);
    }
}
