package io.kvkeep.profile;

import io.kvkeep.section.Cutter;
import io.kvkeep.section.SectionRule;
import java.util.ArrayList;
import java.util.List;

/** All profiles of a deployment, and the rules that hold for every agent. */
public final class Profiles {
    private final List<Profile> agents;
    private final Profile unknown;

    private Profiles(List<Profile> agents, Profile unknown) {
        this.agents = List.copyOf(agents);
        this.unknown = unknown;
    }

    /**
     * Puts profiles together. Each agent is cut by its own rules and the general ones; its own win where both match.
     *
     * @param agents one for each agent
     * @param general the profile of agents that are not known; its rules hold for all
     */
    public static Profiles of(List<Profile> agents, Profile general) {
        List<Profile> complete = new ArrayList<>();
        for (Profile profile : agents) {
            List<SectionRule> rules = new ArrayList<>(profile.sections());
            rules.addAll(general.sections());
            complete.add(new Profile(
                    profile.agent(),
                    profile.recognise(),
                    profile.sessionHeaders(),
                    profile.sideRequests(),
                    profile.sections(),
                    new Cutter(rules)));
        }
        return new Profiles(complete, general);
    }

    /**
     * Recognises the agent that sent a prompt.
     *
     * @param userAgent the User-Agent header, or an empty text
     * @param systemText the first system text, or an empty text
     * @return the agent's profile, or that of unknown agents
     */
    public Profile recognise(String userAgent, String systemText) {
        for (Profile profile : agents) {
            if (profile.recognise().hits(userAgent, systemText)) {
                return profile;
            }
        }
        return unknown;
    }

    /**
     * Recognises the agent that sent a prompt, by any of its system texts: a nonce may stand in front of the words that
     * tell one.
     *
     * @param systemTexts the system texts in order
     */
    public Profile recognise(String userAgent, List<String> systemTexts) {
        for (String text : systemTexts) {
            Profile profile = recognise(userAgent, text);
            if (profile != unknown) {
                return profile;
            }
        }
        return recognise(userAgent, "");
    }

    /** Returns the agents that are known, without the general profile. */
    public List<Profile> agents() {
        return agents;
    }
}
