package io.kvkeep.e2e;

import java.util.List;
import java.util.Locale;

/** The two runs of a session side by side, for people to read. */
final class SessionTable {
    private SessionTable() {}

    static String of(TinyModel model, DirectRun direct, ProxiedRun proxied) {
        List<HermesSession.Turn> turns = HermesSession.turns();
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%n%s: stable system text and tools %,d tokens; prompt and cached tokens per turn%n",
                model,
                direct.stableTokens()));
        table.append(row("", "", "direct", "cached", "kvkeep", "cached"));
        for (int i = 0; i < turns.size(); i++) {
            EngineAnswer before = direct.answers().get(i);
            EngineAnswer after = proxied.answers().get(i);
            table.append(row(
                    i + 1,
                    turns.get(i).name(),
                    before.promptTokens(),
                    before.cachedTokens(),
                    after.promptTokens(),
                    after.cachedTokens()));
        }
        return table.append(row(
                        "", "read by the engine", readTokens(direct.answers()), "", readTokens(proxied.answers()), ""))
                .toString();
    }

    static int readTokens(List<EngineAnswer> answers) {
        return answers.stream().mapToInt(EngineAnswer::readTokens).sum();
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, "%4s  %-22s %8s %8s %8s %8s%n", cells);
    }
}
