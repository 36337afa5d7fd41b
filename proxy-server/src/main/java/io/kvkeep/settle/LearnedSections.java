package io.kvkeep.settle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.learn.Finding;
import io.kvkeep.ledger.Learned;
import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.SectionRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** What was learned of all agents, each tenant's for itself, as cutters. */
public final class LearnedSections {
    private static final int MAX_CUTTERS = 1_000;

    private final Learners learners = new Learners();
    private final BiFunction<Long, String, List<SectionRule>> kept;
    private final BiConsumer<AgentKey, List<SectionRule>> keeper;
    private final Cache<AgentKey, Ruled> cutters = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_CUTTERS)
            .build();

    /**
     * Starts with what earlier runs learned.
     *
     * @param kept gives the rules that were kept for a tenant and an agent
     * @param keeper keeps the rules of a tenant and an agent
     */
    public LearnedSections(
            BiFunction<Long, String, List<SectionRule>> kept, BiConsumer<AgentKey, List<SectionRule>> keeper) {
        this.kept = kept;
        this.keeper = keeper;
    }

    /**
     * Returns what was learned of a tenant's agents.
     *
     * @param userAgent the header with which the request came that is learned from; empty if it has none
     */
    public Learned of(long tenant, String userAgent) {
        return new Learned() {
            @Override
            public Cutter cutter(String agent, Cutter profile) {
                return ruled(new AgentKey(tenant, agent), profile);
            }

            @Override
            public boolean observe(String agent, List<Cut> cuts) {
                learners.heard(tenant, agent, userAgent);
                if (!learners.observe(tenant, agent, cuts)) {
                    return false;
                }
                keeper.accept(
                        new AgentKey(tenant, agent), joined(kept.apply(tenant, agent), learners.rules(tenant, agent)));
                return true;
            }
        };
    }

    /** Returns all findings, by agent; they hold text of prompts and are for the operator alone. */
    public Map<String, List<Finding>> findings() {
        return learners.all();
    }

    /** Returns what was learned from, by agent; it holds text of prompts and is for the operator alone. */
    public Map<String, AgentTexts> texts() {
        return learners.texts();
    }

    /** Rules of earlier runs go on: the notes of lanes that live on name them. */
    private static List<SectionRule> joined(List<SectionRule> earlier, List<SectionRule> own) {
        Map<String, SectionRule> rules = new LinkedHashMap<>();
        earlier.forEach(rule -> rules.put(rule.name(), rule));
        own.forEach(rule -> rules.putIfAbsent(rule.name(), rule));
        return new ArrayList<>(rules.values());
    }

    /** Asked with every request, where nearly always the lists are the very ones of the request before. */
    @SuppressWarnings("ReferenceEquality") // lists that differ cost a new cutter and nothing else
    private Cutter ruled(AgentKey key, Cutter profile) {
        List<SectionRule> earlier = kept.apply(key.tenant, key.agent);
        List<SectionRule> own = learners.rules(key.tenant, key.agent);
        if (earlier.isEmpty() && own.isEmpty()) {
            return profile;
        }
        Ruled known = cutters.getIfPresent(key);
        if (known == null || known.earlier != earlier || known.own != own || known.profile != profile) {
            List<SectionRule> rules = joined(earlier, own);
            Cutter cutter = known != null && known.profile == profile && known.rules.equals(rules)
                    ? known.cutter
                    : profile.with(rules);
            known = new Ruled(earlier, own, profile, rules, cutter);
            cutters.put(key, known);
        }
        return known.cutter;
    }

    /** Whose agent it is. */
    public record AgentKey(long tenant, String agent) {}

    /** A cutter with the learned rules, and what it was made of. */
    private record Ruled(
            List<SectionRule> earlier, List<SectionRule> own, Cutter profile, List<SectionRule> rules, Cutter cutter) {}
}
