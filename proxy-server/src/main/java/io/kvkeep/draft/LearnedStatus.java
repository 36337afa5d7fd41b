package io.kvkeep.draft;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvkeep.learn.Finding;
import io.kvkeep.learn.FirstWords;
import io.kvkeep.learn.ProfileEntry;
import io.kvkeep.settle.LearnedSections;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the status page of a running kvkeep tells of the learner.
 *
 * @param learns whether it learns at all
 * @param showsText whether it tells text of prompts
 * @param agents what it learned from, and found, by agent
 */
public record LearnedStatus(boolean learns, boolean showsText, Map<String, Agent> agents) {

    /** Reads the status page; empty if it is another page, or one of another version. */
    public static Optional<LearnedStatus> read(JsonNode page) {
        JsonNode learning = page.path("learning");
        if (!learning.path("agents").isObject() || !page.path("learner").isObject()) {
            return Optional.empty();
        }
        Map<String, Agent> agents = new LinkedHashMap<>();
        learning.path("agents").properties().forEach(entry -> {
            List<FirstWords> words = new ArrayList<>();
            for (JsonNode begin : entry.getValue().path("firstWords")) {
                words.add(new FirstWords(
                        begin.path("words").asText(), begin.path("atStart").asBoolean()));
            }
            List<String> userAgents = new ArrayList<>();
            entry.getValue().path("userAgents").forEach(value -> userAgents.add(value.asText()));
            agents.put(
                    entry.getKey(),
                    new Agent(
                            entry.getValue().path("systemTexts").asInt(),
                            words,
                            userAgents,
                            places(page.path("learner").path(entry.getKey()))));
        });
        return Optional.of(new LearnedStatus(
                !learning.path("learn").asText().equals("off"),
                learning.path("showText").asBoolean(),
                agents));
    }

    /** Takes what was learned in this process, with text. */
    public static LearnedStatus of(LearnedSections learned) {
        Map<String, Agent> agents = new LinkedHashMap<>();
        learned.texts().forEach((agent, texts) -> {
            List<Place> places = new ArrayList<>();
            for (Finding finding : learned.findings().getOrDefault(agent, List.of())) {
                places.add(new Place(
                        finding.name(),
                        finding.variation().id(),
                        finding.seen(),
                        finding.changed(),
                        finding.bytesBehind(),
                        finding.learned(),
                        finding.heading(),
                        ProfileEntry.asYaml(finding)));
            }
            agents.put(agent, new Agent(texts.systemTexts(), texts.firstWords(), texts.userAgents(), together(places)));
        });
        return new LearnedStatus(true, true, agents);
    }

    private static List<Place> places(JsonNode rows) {
        List<Place> places = new ArrayList<>();
        for (JsonNode row : rows) {
            places.add(new Place(
                    row.path("name").asText(),
                    row.path("varies").asText(),
                    row.path("inTexts").asInt(),
                    row.path("changed").asInt(),
                    row.path("bytesReadAgain").asLong(),
                    row.path("state").asText().equals("applied"),
                    row.path("heading").asText(),
                    row.path("rule").asText()));
        }
        return together(places);
    }

    /** One place may have been found with several credentials. */
    private static List<Place> together(List<Place> found) {
        Map<String, Place> places = new LinkedHashMap<>();
        found.forEach(place -> places.merge(place.name, place, Place::and));
        return List.copyOf(places.values());
    }

    /**
     * What is known of one agent.
     *
     * @param systemTexts how many different ones were learned from
     * @param firstWords how they begin; empty without text
     * @param userAgents the User-Agents that they came with; empty without text
     * @param places those that change
     */
    public record Agent(int systemTexts, List<FirstWords> firstWords, List<String> userAgents, List<Place> places) {}

    /**
     * A place that changes.
     *
     * @param name such as {@code learned-clock-3fa2c1}
     * @param varies what kind of value changes: clock, counter, id, other
     * @param inTexts how many system texts had it
     * @param changed in how many it was another than before
     * @param bytesReadAgain bytes of system text behind it, summed over all changes
     * @param applied whether it travels in notes already
     * @param heading the line above that names what stands there; empty without text
     * @param rule an entry for a profile, as YAML; empty without text
     */
    public record Place(
            String name,
            String varies,
            int inTexts,
            int changed,
            long bytesReadAgain,
            boolean applied,
            String heading,
            String rule) {
        private static final long BYTES_PER_TOKEN = 4;

        /** Adds up, and keeps the rule of the one that changed more often. */
        private Place and(Place other) {
            Place more = other.changed > changed ? other : this;
            return new Place(
                    name,
                    varies,
                    inTexts + other.inTexts,
                    changed + other.changed,
                    bytesReadAgain + other.bytesReadAgain,
                    applied || other.applied,
                    more.heading,
                    more.rule);
        }

        /** Returns about how many tokens of system text were read again for this place. */
        public long tokensReadAgain() {
            return bytesReadAgain / BYTES_PER_TOKEN;
        }

        /** Says how often it changed; without any text. */
        public String evidence() {
            return "changed " + changed + (changed == 1 ? " time" : " times") + " in " + inTexts + " system texts";
        }
    }
}
