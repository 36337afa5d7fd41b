package io.kvkeep.traffic;

import io.kvkeep.draft.LearnedStatus;
import io.kvkeep.explain.Cause;
import io.kvkeep.live.LiveKvkeep;
import io.kvkeep.turns.Turn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of agents' system texts changed from prompt to prompt.
 *
 * @param sections those that did, by agent
 * @param learned the lines that the learner found; empty if it tells nothing
 * @param how how these prompts were sent
 */
public record Changes(List<Changed> sections, Optional<LearnedStatus> learned, How how) {
    /** Nothing is known of any. */
    public static final Changes NONE = new Changes(List.of(), Optional.empty(), How.RECORDED);

    /** Copies the list. */
    public Changes {
        sections = List.copyOf(sections);
    }

    /** How prompts were sent. */
    public enum How {
        /** By a kvkeep that rewrites. */
        REWRITTEN,
        /** By a kvkeep that runs in another mode. */
        AS_THEY_CAME,
        /** They are in a file; what would be sent in mode rewrite is known. */
        RECORDED
    }

    /**
     * A section that changed.
     *
     * @param section its name; {@link io.kvkeep.explain.Break#UNNAMED_TEXT} for others
     * @param ruled whether there is a rule that lets it travel as a note
     * @param times how many prompts left the earlier ones there as they came
     * @param cameTokens how much lay behind it in these
     * @param sentTokens how much lay behind it in prompts that left the earlier ones there as sent
     */
    public record Changed(String agent, String section, boolean ruled, int times, long cameTokens, long sentTokens) {
        private Changed and(Changed other) {
            return new Changed(
                    agent,
                    section,
                    ruled || other.ruled,
                    times + other.times,
                    cameTokens + other.cameTokens,
                    sentTokens + other.sentTokens);
        }
    }

    /** Takes what a running kvkeep tells of one engine. */
    static Changes of(LiveKvkeep live, String engine) {
        Sum sum = new Sum();
        for (Turn turn : live.turns()) {
            if (turn.engine().equals(engine)) {
                Optional.ofNullable(turn.came())
                        .filter(place -> place.cause().equals(Cause.SECTION_CHANGED.id()))
                        .ifPresent(
                                place -> sum.came(turn.agent(), place.subject(), place.ruled(), place.behindTokens()));
                Optional.ofNullable(turn.sent())
                        .filter(place -> place.cause().equals(Cause.SECTION_CHANGED.id()))
                        .ifPresent(
                                place -> sum.sent(turn.agent(), place.subject(), place.ruled(), place.behindTokens()));
            }
        }
        boolean rewrites = live.status().at("/kvkeep/mode").asText("rewrite").equals("rewrite");
        return new Changes(
                sum.sections(), LearnedStatus.read(live.status()), rewrites ? How.REWRITTEN : How.AS_THEY_CAME);
    }

    /** Adds up breaks by agent and section. */
    static final class Sum {
        private final Map<String, Changed> sections = new LinkedHashMap<>();

        void came(String agent, String section, boolean ruled, long tokens) {
            add(new Changed(agent, section, ruled, 1, tokens, 0));
        }

        void sent(String agent, String section, boolean ruled, long tokens) {
            add(new Changed(agent, section, ruled, 0, 0, tokens));
        }

        private void add(Changed one) {
            sections.merge(one.agent + ' ' + one.section, one, Changed::and);
        }

        List<Changed> sections() {
            return new ArrayList<>(sections.values());
        }
    }
}
