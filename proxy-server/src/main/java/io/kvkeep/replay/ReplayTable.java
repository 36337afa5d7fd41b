package io.kvkeep.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What each policy would have saved, for a person or for a program. */
final class ReplayTable {
    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();
    private static final String ROW = "  %-28s %12s %12s %8s %12s%n";

    private final Replay replay;
    private final boolean realEngine;

    /**
     * @param realEngine whether tokens were counted by a real engine, and so are exact
     */
    ReplayTable(Replay replay, boolean realEngine) {
        this.replay = replay;
        this.realEngine = realEngine;
    }

    void print(PrintWriter out) {
        replay.byAgent().forEach((agent, totals) -> print(out, agent, totals));
        if (replay.byAgent().size() > 1) {
            print(out, "all", Totals.sum(replay.byAgent().values()));
        }
        if (replay.passed() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%n%,d requests hold no prompt that kvkeep reads; they go out as they come.%n",
                    replay.passed());
        }
        if (replay.refused() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%n%,d requests were refused by the engine, say as too long for its context; they are in no sum.%n",
                    replay.refused());
        }
        out.println();
        out.println(
                realEngine
                        ? "Tokens are the engine's own counts."
                        : "Tokens are estimated from bytes, by the engine's counts in the recording where it has any.");
    }

    private void print(PrintWriter out, String agent, Totals totals) {
        out.println();
        out.printf(Locale.ROOT, "%s, %,d prompts%n", agent, totals.prompts());
        out.printf(Locale.ROOT, ROW, "policy", "tokens", "read", "share", "saved");
        if (totals.toldPrompts() > 0) {
            out.printf(
                    Locale.ROOT,
                    ROW,
                    "when it was recorded" + (totals.toldPrompts() == totals.prompts() ? "" : " (part)"),
                    count(totals.toldSentTokens()),
                    count(totals.toldReadTokens()),
                    share(totals.toldReadTokens(), totals.toldSentTokens()),
                    "");
        }
        for (String policy : replay.policies()) {
            out.printf(
                    Locale.ROOT,
                    ROW,
                    policy,
                    count(totals.sentTokens(policy)),
                    count(totals.readTokens(policy)),
                    share(totals.readTokens(policy), totals.sentTokens(policy)),
                    saved(totals, policy));
        }
        String best = best(totals);
        if (totals.tokensPerSecond() > 0 && saving(totals, best) > 0) {
            long seconds = saving(totals, best) / totals.tokensPerSecond();
            out.printf(
                    Locale.ROOT,
                    "  The engine read %s tokens/s when this was recorded: %s would have saved about %s.%n",
                    count(totals.tokensPerSecond()),
                    best,
                    words(Duration.ofSeconds(seconds)));
        }
    }

    private String best(Totals totals) {
        return replay.policies().stream()
                .min((a, b) -> Long.compare(totals.readTokens(a), totals.readTokens(b)))
                .orElse("");
    }

    private String saved(Totals totals, String policy) {
        return isBase(policy) ? "" : count(saving(totals, policy));
    }

    private boolean isBase(String policy) {
        return policy.equals(base());
    }

    /** What others are compared with: the prompts as they came, or else the first policy. */
    private String base() {
        return replay.policies().contains(ReplayPolicy.AS_IT_CAME)
                ? ReplayPolicy.AS_IT_CAME
                : replay.policies().get(0);
    }

    private long saving(Totals totals, String policy) {
        return totals.readTokens(base()) - totals.readTokens(policy);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }

    private static String words(Duration time) {
        if (time.toMinutes() < 2) {
            return time.toSeconds() + " s";
        }
        return time.toHours() < 2 ? time.toMinutes() + " min" : time.toHours() + " h";
    }

    /** Returns the same as JSON. */
    String json() {
        List<Map<String, Object>> rows = new ArrayList<>();
        replay.byAgent().forEach((agent, totals) -> {
            for (String policy : replay.policies()) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("agent", agent);
                row.put("policy", policy);
                row.put("prompts", totals.prompts());
                row.put("promptTokens", totals.sentTokens(policy));
                row.put("readTokens", totals.readTokens(policy));
                row.put("savedTokens", saving(totals, policy));
                rows.add(row);
            }
        });
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("counted", realEngine ? "engine" : "estimated");
        all.put("base", base());
        all.put("passed", replay.passed());
        all.put("refused", replay.refused());
        all.put("rows", rows);
        try {
            return JSON.writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of texts and numbers can't be written", e);
        }
    }
}
