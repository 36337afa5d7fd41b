package io.kvkeep.doctor;

import io.kvkeep.draft.LearnedStatus;
import io.kvkeep.draft.LearnedStatus.Place;
import io.kvkeep.draft.ProfileDraft;
import io.kvkeep.explain.Break;
import io.kvkeep.traffic.Changes;
import io.kvkeep.traffic.Changes.Changed;
import io.kvkeep.traffic.Changes.How;
import io.kvkeep.traffic.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says which parts of agents' own system texts change, clocks above all, and the rule or setting for each. No text of a
 * prompt is shown but in a rule, where the operator wants to see text or the recording is the user's own.
 *
 * <p>Longer than most classes: each case has its own words.
 */
final class ChangesCheck implements Check {
    private static final String NAME = "system-text";
    private static final String UNKNOWN_AGENT = "unknown";
    /** Less is read in a second or two. */
    private static final long LEAST_TOKENS = 1_000;

    @Override
    public List<Finding> look(Seen seen) {
        return look(seen.traffic());
    }

    /** Says the same of prompts alone. */
    static List<Finding> look(Traffic traffic) {
        List<Finding> findings = new ArrayList<>();
        for (Changed one : traffic.changes().sections()) {
            section(traffic, one).ifPresent(findings::add);
        }
        traffic.changes()
                .learned()
                .ifPresent(learned -> learned.agents()
                        .forEach((agent, known) -> lines(traffic.changes(), learned, agent, known, findings)));
        return findings;
    }

    private static Optional<Finding> section(Traffic traffic, Changed one) {
        boolean learned = one.section().equals(Break.UNNAMED_TEXT) && isLearned(traffic.changes(), one.agent());
        if (one.cameTokens() < LEAST_TOKENS || learned) {
            return Optional.empty(); // of text without a name the lines that were learned tell more
        }
        How how = traffic.changes().how();
        String seen = what(one) + " was another than before in " + times(one.times()) + " of " + traffic.source();
        String costs = tokens(one.cameTokens()) + " lie behind it in them, and are read again";
        if (one.sentTokens() < LEAST_TOKENS) {
            return Optional.of(
                    how == How.REWRITTEN
                            ? Finding.good(
                                    NAME,
                                    one.agent(),
                                    seen + "; it travels as a note, and the " + tokens(one.cameTokens())
                                            + " behind it were not read again")
                            : Finding.note(
                                    NAME,
                                    one.agent(),
                                    seen,
                                    costs + " without kvkeep, or in another mode than rewrite",
                                    "kvkeep serve   (in its usual mode, rewrite, it travels as a note)"));
        }
        String change = change(how, one);
        return Optional.of(
                one.times() > 1 || one.ruled()
                        ? Finding.problem(NAME, one.agent(), seen, costs, change)
                        : Finding.note(NAME, one.agent(), seen, costs, change));
    }

    private static String what(Changed one) {
        return one.section().equals(Break.UNNAMED_TEXT)
                ? "text of the system prompt that no rule names"
                : "section " + one.section() + " of the system prompt";
    }

    private static String change(How how, Changed one) {
        if (one.ruled()) {
            return how == How.REWRITTEN
                    ? "there is a rule that lets it travel as a note, and it did not: see placement and holdout in"
                            + " kvkeep config"
                    : "kvkeep serve --mode rewrite   (there is a rule that lets it travel as a note)";
        }
        return one.section().equals(Break.UNNAMED_TEXT)
                ? "kvkeep explain, or the live page, shows the place; kvkeep learn makes a rule once it has changed three"
                        + " times"
                : "stable-changes: note   (in the configuration: the old text stays, and a note tells the changed lines)";
    }

    private static boolean isLearned(Changes changes, String agent) {
        return changes.learned().map(LearnedStatus::agents).map(agents -> agents.get(agent)).stream()
                .anyMatch(known -> !known.places().isEmpty());
    }

    private static void lines(
            Changes changes, LearnedStatus learned, String agent, LearnedStatus.Agent known, List<Finding> findings) {
        Map<Place, String> leftOut =
                learned.showsText() ? ProfileDraft.of(agent, known).leftOut() : Map.of();
        long tokens = changes.sections().stream()
                .filter(one -> one.agent().equals(agent) && one.section().equals(Break.UNNAMED_TEXT))
                .mapToLong(Changed::sentTokens)
                .sum();
        for (Place place : known.places()) {
            String seen = line(place.varies()) + " of the system prompt (" + place.name() + ") " + place.evidence();
            String reason = leftOut.get(place);
            if (place.applied()) {
                findings.add(Finding.good(NAME, agent, seen + "; it travels as a note in mode rewrite"));
            } else if (reason != null) {
                findings.add(Finding.note(NAME, agent, seen, "no rule can be made of it: " + reason));
            } else {
                long behind = place.tokensReadAgain();
                String costs = "about " + tokens(behind) + " of system text behind it were read again, and tools and"
                        + " messages with them" + (tokens > behind ? ": up to " + tokens(tokens) + " in all" : "");
                String[] change = rule(changes.how(), learned, agent, place);
                findings.add(
                        Math.max(tokens, behind) >= LEAST_TOKENS
                                ? Finding.problem(NAME, agent, seen, costs, change)
                                : Finding.note(NAME, agent, seen, costs, change));
            }
        }
    }

    private static String[] rule(How how, LearnedStatus learned, String agent, Place place) {
        String named = agent.equals(UNKNOWN_AGENT) ? "--as NAME" : "--agent " + agent;
        String file = agent.equals(UNKNOWN_AGENT) ? "NAME" : agent;
        if (!learned.showsText()) {
            return new String[] {
                "show-text: true   (in the configuration: a rule holds the label of the line), then",
                "kvkeep learn " + named
            };
        }
        List<String> lines = new ArrayList<>();
        if (how != How.RECORDED) {
            lines.add("kvkeep learn " + named + " --out ~/.local/share/kvkeep/profiles/" + file + ".yaml");
        }
        lines.add((how == How.RECORDED ? "" : "or ") + "in ~/.local/share/kvkeep/profiles/" + file
                + ".yaml, under sections:");
        lines.addAll(place.rule().lines().toList());
        return lines.toArray(String[]::new);
    }

    private static String line(String varies) {
        return switch (varies) {
            case "other" -> "a part";
            case "id" -> "a line with an id";
            default -> "a line with a " + varies;
        };
    }

    private static String times(int times) {
        return ContextCheck.count(times);
    }

    private static String tokens(long tokens) {
        return ContextCheck.count(tokens) + " tokens";
    }
}
