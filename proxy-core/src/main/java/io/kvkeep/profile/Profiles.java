package io.kvkeep.profile;

import io.kvkeep.prompt.ToolNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** All profiles of a deployment, and the rules that hold for every agent. */
public final class Profiles {
    /**
     * The agents whose profiles come with kvkeep: {@code /kvkeep/profiles/AGENT.yaml} on the class path, beside
     * {@code generic.yaml} for all others. The order decides where two fit a request.
     */
    public static final List<String> BUILT_IN = List.of(
            "aider",
            "anythingllm",
            "claude-code",
            "cline",
            "codex",
            "continue",
            "goose",
            "hermes",
            "home-assistant",
            "kilo",
            "letta",
            "librechat",
            "open-webui",
            "openclaw",
            "opencode",
            "pi",
            "qwen-code");

    private final List<Profile> agents;
    private final Profile unknown;
    private final Literals systemStarts = new Literals();
    private final Literals firstUserStarts = new Literals();
    private final Literals systemLines = new Literals();
    private final ToolNames tools;

    private Profiles(List<Profile> agents, Profile unknown) {
        this.agents = List.copyOf(agents);
        this.unknown = unknown;
        tools = new ToolNames(agents.stream()
                .flatMap(profile -> profile.recognise().tools().stream())
                .toList());
        for (int agent = 0; agent < agents.size(); agent++) {
            Recognise clues = agents.get(agent).recognise();
            systemStarts.add(agent, clues.systemStarts());
            firstUserStarts.add(agent, clues.firstUserStarts());
            systemLines.add(agent, clues.systemLines());
        }
    }

    /**
     * Puts profiles together. Each agent is cut by its own rules and the general ones; its own win where both match.
     *
     * @param agents one for each agent; where two fit a request, the first counts
     * @param general the profile of agents that are not known; its rules hold for all
     */
    public static Profiles of(List<Profile> agents, Profile general) {
        List<Profile> complete = new ArrayList<>();
        agents.forEach(profile -> complete.add(profile.with(general)));
        return new Profiles(complete, general);
    }

    /** Recognises the agent that sent a prompt without tools; the rest is as for one with tools. */
    public Profile recognise(UnaryOperator<String> headers, List<String> systemTexts, String firstUserText) {
        return recognise(headers, systemTexts, firstUserText, names -> Set.of());
    }

    /**
     * Recognises the agent that sent a prompt. Headers tell more than first words, which a fork takes over from the
     * agent it came from, these more than words further down, and those more than tools, which an agent can get from a
     * server that others ask too.
     *
     * @param headers gives the value of a header by its lower-case name, or an empty text
     * @param systemTexts the system texts in order: a nonce may stand in front of the words that tell an agent
     * @param firstUserText the first text of the user, or an empty text
     * @param toolNames gives those of some names that the prompt's tools have
     * @return the agent's profile, or that of unknown agents
     */
    public Profile recognise(
            UnaryOperator<String> headers,
            List<String> systemTexts,
            String firstUserText,
            Function<ToolNames, Set<String>> toolNames) {
        return first(agent -> agent.byHeaders(headers))
                .or(() -> byFirstWords(systemTexts, firstUserText))
                .or(() -> systemTexts.stream()
                        .flatMap(text -> byLine(text).stream())
                        .findFirst())
                .or(() -> byTools(toolNames))
                .or(() -> first(agent -> agent.byWordsInside(systemTexts)))
                .orElse(unknown);
    }

    private Optional<Profile> first(Predicate<Recognise> clue) {
        for (Profile profile : agents) {
            if (clue.test(profile.recognise())) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }

    private Optional<Profile> byTools(Function<ToolNames, Set<String>> toolNames) {
        Set<String> found = toolNames.apply(tools);
        return found.isEmpty() ? Optional.empty() : first(agent -> agent.byTools(found));
    }

    private Optional<Profile> byFirstWords(List<String> systemTexts, String firstUserText) {
        int best = firstUserStarts.best(firstUserText, 0, agents.size());
        for (String text : systemTexts) {
            best = systemStarts.best(text, 0, best);
        }
        return best < agents.size() ? Optional.of(agents.get(best)) : Optional.empty();
    }

    /** One pass over the lines: a search for each literal in a text of 40 KB would take most of a millisecond. */
    private Optional<Profile> byLine(String text) {
        int best = agents.size();
        int line = 0;
        while (line < text.length() && !systemLines.isEmpty()) {
            best = systemLines.best(text, line, best);
            int lineBreak = text.indexOf('\n', line);
            line = lineBreak < 0 ? text.length() : lineBreak + 1;
        }
        return best < agents.size() ? Optional.of(agents.get(best)) : Optional.empty();
    }

    /** Returns the agents that are known, without the general profile. */
    public List<Profile> agents() {
        return agents;
    }

    /** Returns the lower-case names of all headers by which agents, sessions and side requests are told. */
    public Set<String> headerNames() {
        Set<String> names = new TreeSet<>();
        for (Profile profile :
                Stream.concat(agents.stream(), Stream.of(unknown)).toList()) {
            profile.recognise().headers().forEach(header -> names.add(header.name()));
            names.addAll(profile.sessionPlaces().headers());
            profile.rules().sideRequests().forEach(side -> side.headers().forEach(header -> names.add(header.name())));
        }
        return names;
    }

    /** Returns the profile of agents that are not known. */
    public Profile unknown() {
        return unknown;
    }

    /** Words by which agents are told, by their first character: most of them need not be compared with a text. */
    private static final class Literals {
        private final Map<Character, List<Literal>> byFirst = new HashMap<>();

        /** Some words of an agent. */
        private record Literal(int agent, String words) {}

        /** Adds the words of one agent; none may be empty. */
        void add(int agent, List<String> words) {
            for (String some : words) {
                byFirst.computeIfAbsent(some.charAt(0), first -> new ArrayList<>())
                        .add(new Literal(agent, some));
            }
        }

        boolean isEmpty() {
            return byFirst.isEmpty();
        }

        /**
         * Returns the first agent whose words stand at a place of a text.
         *
         * @param most what to return if there is none before this agent
         */
        int best(String text, int at, int most) {
            int best = most;
            if (at < text.length()) {
                for (Literal one : byFirst.getOrDefault(text.charAt(at), List.of())) {
                    best = one.agent < best && text.startsWith(one.words, at) ? one.agent : best;
                }
            }
            return best;
        }
    }
}
