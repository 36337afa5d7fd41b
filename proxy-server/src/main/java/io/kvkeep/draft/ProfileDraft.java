package io.kvkeep.draft;

import io.kvkeep.draft.LearnedStatus.Agent;
import io.kvkeep.draft.LearnedStatus.Place;
import io.kvkeep.learn.FirstWords;
import io.kvkeep.learn.ProfileEntry;
import io.kvkeep.profile.ProfileFile;
import io.kvkeep.profile.ProfileReader;
import io.kvkeep.profile.Profiles;
import io.kvkeep.section.SectionRule;
import io.kvkeep.section.SectionRule.End;
import io.kvkeep.yaml.YamlNotValid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A profile file made of what was learned of one agent; the profile reader has read every part of it back.
 *
 * <p>A little longer than most classes: the parts of the file stand in their order.
 */
public final class ProfileDraft {
    /** The text of such a file never moves, whatever changes in it; MEMORY.md is no file of rules. */
    private static final Pattern RULES_FILE = Pattern.compile("(?i)(?<![\\w-])(?!MEMORY\\.md)[\\w-]+\\.mdc?\\b");

    private static final Pattern LINE = Pattern.compile("(?m)^");
    private static final Pattern SEEN = Pattern.compile("(?m)^    seen: .*$");

    private final String agent;
    private final Agent learned;
    private final List<Place> rules = new ArrayList<>();
    private final Map<Place, String> leftOut = new LinkedHashMap<>();

    private ProfileDraft(String agent, Agent learned) {
        this.agent = agent;
        this.learned = learned;
        for (Place place : learned.places()) {
            Optional<String> problem = problem(place);
            if (problem.isPresent()) {
                leftOut.put(place, problem.get());
            } else {
                rules.add(place);
            }
        }
    }

    /**
     * Makes a profile.
     *
     * @param agent the name that the agent gets in it
     * @param learned what was learned, with text
     */
    public static ProfileDraft of(String agent, Agent learned) {
        return new ProfileDraft(agent, learned);
    }

    /** Returns the places that became rules. */
    public List<Place> rules() {
        return List.copyOf(rules);
    }

    /** Returns the places that no rule can be made of, each with the reason. */
    public Map<Place, String> leftOut() {
        return leftOut;
    }

    /** Tells whether kvkeep will know the agent by this file; the user has to fill something in otherwise. */
    boolean recognises() {
        return isBuiltIn() || !learned.firstWords().isEmpty();
    }

    /**
     * Returns the file.
     *
     * @throws YamlNotValid if the reader of profiles does not take it, which is a mistake of this class
     */
    String text() throws YamlNotValid {
        StringBuilder out = new StringBuilder();
        out.append("# What kvkeep learned from ").append(learned.systemTexts());
        out.append(" system texts of this agent. Look at each rule: what it finds leaves\n");
        out.append("# the system text and travels in notes. Rules for the model must stay where they are.\n");
        out.append("agent: ").append(ProfileEntry.quote(agent)).append('\n');
        if (isBuiltIn()) {
            out.append(
                    "# Adds to the profile that comes with kvkeep. One file for each agent: if you have one for it,\n");
            out.append("# copy the sections there.\n");
            out.append("extends: built-in\n");
        } else {
            recognise(out);
        }
        if (!rules.isEmpty()) {
            out.append("sections:\n");
        }
        rules.forEach(place -> rule(out, place));
        leftOut.forEach((place, reason) -> {
            out.append("# Left out, ").append(place.evidence()).append(": ").append(onOneLine(reason));
            out.append('\n');
            out.append(commented(place.rule()));
        });
        String text = out.toString();
        ProfileReader.read(agent + ".yaml", text);
        return text;
    }

    private boolean isBuiltIn() {
        return Profiles.BUILT_IN.contains(agent);
    }

    private void recognise(StringBuilder out) {
        List<String> starts = words(true);
        List<String> lines = words(false);
        if (starts.isEmpty() && lines.isEmpty()) {
            out.append(
                    "# Fill in what tells this agent from others, such as first words or a User-Agent of its own; its\n");
            out.append("# system texts begin in different ways.\n");
            out.append("# recognise:\n");
            out.append("#   system-starts: ['You are ...']\n");
            userAgents(out, "# ", "#   ");
            return;
        }
        if (starts.size() + lines.size() > 1) {
            out.append("# There are several beginnings. If some are another agent's, remove them and its sections.\n");
        }
        out.append("# Any prompt that begins so is taken for this agent's.\n");
        out.append("recognise:\n");
        list(out, "system-starts", starts);
        list(out, "system-lines", lines);
        userAgents(out, "  # ", "  # ");
    }

    /**
     * What a User-Agent starts with is a product, the same in each version; but many agents send that of a library.
     *
     * @param remark what stands in front of a line of words
     * @param entry what stands in front of the entry
     */
    private void userAgents(StringBuilder out, String remark, String entry) {
        List<String> starts = learned.userAgents().stream()
                .map(value -> value.substring(0, value.indexOf('/') + 1))
                .filter(start -> !start.isEmpty())
                .distinct()
                .map(ProfileEntry::quote)
                .toList();
        if (starts.isEmpty()) {
            out.append(remark).append("A User-Agent that names a product tells more; none came with its requests.\n");
            return;
        }
        String came = learned.userAgents().stream().map(ProfileDraft::onOneLine).collect(Collectors.joining(", "));
        out.append(remark)
                .append("Its requests came with the User-Agent ")
                .append(came)
                .append(".\n");
        out.append(remark).append("If no other agent sends that, it tells more than words:\n");
        out.append(entry)
                .append("user-agent-starts: [")
                .append(String.join(", ", starts))
                .append("]\n");
    }

    private List<String> words(boolean atStart) {
        return learned.firstWords().stream()
                .filter(words -> words.atStart() == atStart)
                .map(FirstWords::words)
                .toList();
    }

    private static void list(StringBuilder out, String key, List<String> words) {
        if (!words.isEmpty()) {
            out.append("  ").append(key).append(":\n");
            words.forEach(word ->
                    out.append("    - ").append(ProfileEntry.quote(word)).append('\n'));
        }
    }

    private static void rule(StringBuilder out, Place place) {
        out.append("  # ").append(place.evidence()).append("; about ");
        out.append(String.format(Locale.ROOT, "%,d", place.tokensReadAgain()));
        out.append(
                place.applied()
                        ? " tokens of system text stood behind it, to be read again\n"
                                + "  # but for the notes in which it travels already; tools and messages not counted.\n"
                        : " tokens of system text behind it were read again,\n"
                                + "  # tools and messages not counted. Not touched so far.\n");
        if (place.varies().equals("other")) {
            out.append("  # All of it moves, up to its end: see that nothing else stands there.\n");
        }
        out.append(SEEN.matcher(place.rule()).replaceFirst("    seen: " + place.evidence()));
    }

    private Optional<String> problem(Place place) {
        if (RULES_FILE.matcher(place.heading()).find()
                || RULES_FILE.matcher(place.rule()).find()) {
            return Optional.of("a file with rules is named there, and these never move");
        }
        ProfileFile read = ProfileReader.check(place.name(), "agent: a\nsections:\n" + place.rule());
        if (!read.problems().isEmpty()) {
            return Optional.of(read.problems().get(0).problem());
        }
        List<SectionRule> sections = read.profile().rules().sections();
        if (sections.size() != 1 || read.profile().rules().sources().size() != 1) {
            return Optional.of("it is not one rule");
        }
        boolean endless = sections.get(0).ends().stream().allMatch(End.TextEnd.class::isInstance);
        return endless ? Optional.of("where it ends can't be told; all text behind it would move") : Optional.empty();
    }

    private static String commented(String yaml) {
        return LINE.matcher(yaml.stripTrailing()).replaceAll("# ") + "\n";
    }

    private static String onOneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
