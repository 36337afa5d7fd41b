package io.kvkeep.e2e;

import io.kvkeep.e2e.SessionRun.Step;
import java.util.List;
import java.util.Locale;

/** Runs of a {@link LiveSession} for people to read. */
final class RunTable {
    private RunTable() {}

    /** A session as one server saw it. */
    static String one(String title, SessionRun run) {
        StringBuilder table = head(title);
        table.append(line("", columns()));
        run.steps().forEach(step -> table.append(line(label(step), cells(step))));
        return table.append(line("measured", means(run))).toString();
    }

    /** The same session sent directly and through kvkeep. */
    static String two(String title, SessionRun direct, SessionRun proxied) {
        StringBuilder table = head(title + ": direct, and through kvkeep");
        table.append(line("", columns() + columns()));
        for (int i = 0; i < direct.steps().size(); i++) {
            Step step = direct.steps().get(i);
            table.append(line(label(step), cells(step) + cells(proxied.steps().get(i))));
        }
        return table.append(line("measured", means(direct) + means(proxied)))
                .append(String.format(
                        Locale.ROOT,
                        "mean time to first token, direct / through kvkeep: %.1f%n",
                        direct.meanFirstTokenMillis() / proxied.meanFirstTokenMillis()))
                .toString();
    }

    /** One line for each session: what was cached of its previous prompt at each turn. */
    static String interleaved(String title, InterleavedRun run) {
        StringBuilder table = head(title + ": cached / previous prompt, by turn");
        for (SessionRun session : run.sessions()) {
            StringBuilder cells = new StringBuilder();
            for (Step step : session.steps()) {
                cells.append(String.format(Locale.ROOT, "%15s", step.cachedTokens() + " / " + step.previousTokens()));
            }
            table.append(line("session " + (run.sessions().indexOf(session) + 1), cells.toString()));
        }
        List<Step> settled = run.settledSteps();
        double least = settled.stream().mapToDouble(Step::reusedShare).min().orElseThrow();
        double millis = settled.stream()
                .mapToDouble(step -> step.reply().firstTokenMillis())
                .average()
                .orElseThrow();
        return table.append(String.format(
                        Locale.ROOT,
                        "from the third turn on: at least %.1f %%, mean time to first token %.0f ms%n",
                        100 * least,
                        millis))
                .toString();
    }

    private static StringBuilder head(String title) {
        return new StringBuilder(System.lineSeparator()).append(title).append(System.lineSeparator());
    }

    private static String label(Step step) {
        return step.turn() + " " + step.name();
    }

    private static String columns() {
        return String.format(Locale.ROOT, "%9s%9s%9s%9s", "prompt", "cached", "of last", "ms");
    }

    private static String cells(Step step) {
        return String.format(
                Locale.ROOT,
                "%9d%9d%9s%9.0f",
                step.reply().counts().promptTokens(),
                step.cachedTokens(),
                step.turn() == 1 ? "" : percent(step.reusedShare()),
                step.reply().firstTokenMillis());
    }

    private static String means(SessionRun run) {
        return String.format(
                Locale.ROOT, "%9s%9s%9s%9.0f", "", "", percent(run.reusedShare()), run.meanFirstTokenMillis());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String line(String label, String cells) {
        return String.format(Locale.ROOT, "%-34s%s%n", label, cells);
    }
}
