package io.kvkeep.profile;

import com.dynatrace.hash4j.hashing.Hashing;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.SectionRule;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What is known of one agent, as data: how to recognise it, its section rules, its side requests.
 *
 * @param agent the agent's name, lower case; a label in the metrics
 * @param recognise what tells this agent from others
 * @param sessionHeaders lower-case names of headers that may hold the session id, the first that is there counts
 * @param sideRequests model calls that the agent makes beside the conversation
 * @param sections the section rules
 * @param cutter cuts by these rules and those that hold for every agent
 */
public record Profile(
        String agent,
        Recognise recognise,
        List<String> sessionHeaders,
        List<SideRequest> sideRequests,
        List<SectionRule> sections,
        Cutter cutter) {

    /** Copies the lists. */
    public Profile {
        sessionHeaders = List.copyOf(sessionHeaders);
        sideRequests = List.copyOf(sideRequests);
        sections = List.copyOf(sections);
    }

    /**
     * Returns a digest of the session id that a request tells, or 0.
     *
     * @param headers gives the value of a header by its lower-case name, or an empty text
     */
    public long session(UnaryOperator<String> headers) {
        for (String name : sessionHeaders) {
            String id = headers.apply(name);
            if (!id.isEmpty()) {
                return Hashing.xxh3_64().hashCharsToLong(id) | 1;
            }
        }
        return 0;
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
