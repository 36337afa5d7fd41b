package io.kvkeep.metrics;

import io.kvkeep.profile.Profile;
import io.kvkeep.profile.Rules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How often each rule of a profile found something, so that one that finds nothing any more is seen: agents change
 * their prompts, and a rule that misses costs the cache without a sign.
 */
@SuppressWarnings("ReferenceEquality") // a profile that was read anew is another one
public final class RuleMatches {
    private final Map<String, Agent> agents = new ConcurrentHashMap<>();
    private final BiConsumer<String, String> expected;
    private final BiConsumer<String, String> counter;

    /**
     * Counts into a metric.
     *
     * @param expected shows agent and rule at zero
     * @param counter counts one match of agent and rule
     */
    RuleMatches(BiConsumer<String, String> expected, BiConsumer<String, String> counter) {
        this.expected = expected;
        this.counter = counter;
    }

    /** Counts a request: all rules of the agent from its first request on, and those that found something. */
    public void count(Profile profile, Set<String> matched) {
        Agent agent = agents.get(profile.agent());
        if (agent == null || agent.profile != profile) {
            Agent fresh = new Agent(profile, agent);
            agent = agents.merge(profile.agent(), fresh, (known, same) -> known.profile == profile ? known : same);
            if (agent == fresh) {
                fresh.own.forEach(rule -> expected.accept(profile.agent(), rule.name()));
            }
        }
        agent.count(matched);
        matched.forEach(rule -> counter.accept(profile.agent(), rule));
    }

    /**
     * Returns what was counted, by agent: its requests, and its rules with their matches and the requests since the
     * last one. A rule without a match says where it was seen.
     */
    public Map<String, Object> status() {
        Map<String, Object> status = new TreeMap<>();
        agents.forEach((name, agent) -> status.put(name, agent.status()));
        return status;
    }

    /** The counts of one agent. */
    private static final class Agent {
        private final Profile profile;
        private final List<Rules.Source> own;
        private final Map<String, Count> counts = new LinkedHashMap<>();
        private long requests;

        /** Goes on with what was counted under an earlier profile. */
        Agent(Profile profile, @Nullable Agent earlier) {
            this.profile = profile;
            own = profile.rules().counted();
            own.forEach(rule -> counts.put(rule.name(), new Count(0, 0)));
            if (earlier != null) {
                synchronized (earlier) {
                    requests = earlier.requests;
                    counts.keySet().stream()
                            .filter(earlier.counts::containsKey)
                            .toList()
                            .forEach(rule -> counts.put(rule, earlier.counts.getOrDefault(rule, new Count(0, 0))));
                }
            }
        }

        synchronized void count(Set<String> matched) {
            requests++;
            for (String rule : matched) {
                long before = counts.getOrDefault(rule, new Count(0, 0)).matches;
                counts.put(rule, new Count(before + 1, requests));
            }
        }

        synchronized Map<String, Object> status() {
            Map<String, Rules.Source> sources = new TreeMap<>();
            own.forEach(rule -> sources.put(rule.name(), rule));
            List<Map.Entry<String, Count>> rules = new ArrayList<>(counts.entrySet());
            rules.sort(Comparator.comparingLong(rule -> rule.getValue().matches));
            List<Map<String, Object>> rows = new ArrayList<>();
            for (Map.Entry<String, Count> rule : rules) {
                rows.add(row(rule.getKey(), rule.getValue(), sources.get(rule.getKey())));
            }
            Map<String, Object> status = new LinkedHashMap<>();
            status.put("requests", requests);
            status.put("rules", rows);
            return status;
        }

        private Map<String, Object> row(String rule, Count count, Rules.@Nullable Source source) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("rule", rule);
            row.put("part", source == null ? "general" : source.part().id());
            row.put("matches", count.matches);
            if (count.matches > 0) {
                row.put("requestsSince", requests - count.lastRequest);
            } else if (source != null) {
                row.put("seen", source.seen());
            }
            return row;
        }
    }

    /**
     * The count of one rule.
     *
     * @param lastRequest the ordinal of the agent's request that it matched last
     */
    private record Count(long matches, long lastRequest) {}
}
