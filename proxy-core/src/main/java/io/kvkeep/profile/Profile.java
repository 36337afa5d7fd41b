package io.kvkeep.profile;

import io.kvkeep.section.Cutter;
import io.kvkeep.section.SectionRule;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one agent, as data: how to recognise it, its section rules, its side requests.
 *
 * @param agent the agent's name, lower case; a label in the metrics
 * @param recognise what tells this agent from others
 * @param sideRequests model calls that the agent makes beside the conversation
 * @param sections the section rules
 * @param cutter cuts by these rules and those that hold for every agent
 */
public record Profile(
        String agent, Recognise recognise, List<SideRequest> sideRequests, List<SectionRule> sections, Cutter cutter) {

    /** Copies the lists. */
    public Profile {
        sideRequests = List.copyOf(sideRequests);
        sections = List.copyOf(sections);
    }

    /**
     * Returns the side request that a prompt starts like, if any.
     *
     * @param opening the first system text, or the first user text of a prompt without one
     */
    public Optional<SideRequest> sideRequest(String opening) {
        return sideRequests.stream()
                .filter(side -> opening.startsWith(side.starts()))
                .findFirst();
    }

    /**
     * What tells an agent from others; one hit is enough.
     *
     * @param systemStarts what the system text may start with
     * @param systemContains what the system text may contain; for agents whose first words the user can replace
     * @param userAgentStarts what the User-Agent header may start with
     */
    public record Recognise(List<String> systemStarts, List<String> systemContains, List<String> userAgentStarts) {
        /** Copies the lists. */
        public Recognise {
            systemStarts = List.copyOf(systemStarts);
            systemContains = List.copyOf(systemContains);
            userAgentStarts = List.copyOf(userAgentStarts);
        }

        boolean hits(String userAgent, String systemText) {
            return userAgentStarts.stream().anyMatch(userAgent::startsWith)
                    || systemStarts.stream().anyMatch(systemText::startsWith)
                    || systemContains.stream().anyMatch(systemText::contains);
        }
    }

    /**
     * A model call beside the conversation, such as a title or a summary.
     *
     * @param name what it is for
     * @param starts what its system text starts with, or its first user text if it has no system text
     */
    public record SideRequest(String name, String starts) {}
}
