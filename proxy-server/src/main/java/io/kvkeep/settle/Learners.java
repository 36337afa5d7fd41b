package io.kvkeep.settle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.learn.Finding;
import io.kvkeep.learn.Learner;
import io.kvkeep.section.Cut;
import io.kvkeep.section.SectionRule;
import io.kvkeep.settle.LearnedSections.AgentKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What has been learned of each agent, in memory: nothing of it crosses tenants, engines or models.
 *
 * <p>At most 200 agents and 64 MiB of their last system texts; the ones used least go first. For any thread: a text is
 * compared without a lock, and of two that come at the same moment one is not learned from.
 */
public final class Learners {
    private static final int MAX_AGENTS = 200;
    private static final int MAX_BYTES = 64 << 20;
    static final int MAX_USER_AGENTS = 8;
    private static final int MAX_USER_AGENT_CHARS = 120;

    private final Cache<AgentKey, Learner> learners = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumWeight(MAX_BYTES)
            .weigher((AgentKey key, Learner learner) -> Math.max(learner.bytes(), MAX_BYTES / MAX_AGENTS))
            .build();

    private final Cache<AgentKey, List<String>> userAgents = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_AGENTS)
            .build();

    /**
     * Returns the rules that hold by themselves for an agent, in a stable order.
     *
     * @param scope a hash of tenant, engine and model
     * @param agent the agent's name
     */
    public List<SectionRule> rules(long scope, String agent) {
        return learner(scope, agent).learnedRules();
    }

    /** Returns what was found for an agent; it holds text of its prompts and is for the operator alone. */
    public List<Finding> findings(long scope, String agent) {
        return learner(scope, agent).findings();
    }

    /**
     * Learns from the system texts of one request; to be called where their stable text is new.
     *
     * @param cuts all its system texts
     * @return whether the rules are others now
     */
    public boolean observe(long scope, String agent, List<Cut> cuts) {
        AgentKey key = new AgentKey(scope, agent);
        @Nullable Learner before = learners.getIfPresent(key);
        Learner known = before == null ? Learner.EMPTY : before;
        Learner after = known.observe(cuts);
        if (after == known) {
            return false;
        }
        boolean kept = before == null
                ? learners.asMap().putIfAbsent(key, after) == null
                : learners.asMap().replace(key, before, after);
        return kept && !after.learnedRules().equals(known.learnedRules());
    }

    /** Keeps the User-Agent with which an agent's system text came: it may tell this agent from others. */
    void heard(long scope, String agent, String userAgent) {
        String shown = userAgent.substring(0, Math.min(userAgent.length(), MAX_USER_AGENT_CHARS));
        List<String> known = userAgents.getIfPresent(new AgentKey(scope, agent));
        if (!shown.isBlank() && (known == null || !known.contains(shown))) {
            userAgents.asMap().merge(new AgentKey(scope, agent), List.of(shown), Learners::with);
        }
    }

    private static List<String> with(List<String> known, List<String> more) {
        return Stream.concat(known.stream(), more.stream())
                .distinct()
                .limit(MAX_USER_AGENTS)
                .toList();
    }

    /** Returns all that was found, by agent; it holds text of prompts and is for the operator alone. */
    Map<String, List<Finding>> all() {
        Map<String, List<Finding>> all = new TreeMap<>();
        learners.asMap()
                .forEach((key, learner) -> all.computeIfAbsent(key.agent(), missing -> new ArrayList<>())
                        .addAll(learner.findings()));
        return all;
    }

    /** Returns what has been learned from, by agent. */
    Map<String, AgentTexts> texts() {
        Map<String, AgentTexts> texts = new TreeMap<>();
        learners.asMap().forEach((key, learner) -> {
            List<String> came = userAgents.asMap().getOrDefault(key, List.of());
            AgentTexts own = new AgentTexts(learner.systemTexts(), learner.firstWords(), came);
            texts.merge(key.agent(), own, AgentTexts::and);
        });
        return texts;
    }

    private Learner learner(long scope, String agent) {
        @Nullable Learner known = learners.getIfPresent(new AgentKey(scope, agent));
        return known == null ? Learner.EMPTY : known;
    }
}
