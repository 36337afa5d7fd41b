package io.kvkeep.breaks;

import io.kvkeep.explain.Break;
import io.kvkeep.turns.Turn;
import io.kvkeep.turns.Turn.Place;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Explanations in words. */
final class BreakText {
    private static final String INDENT = "              ";

    private final PrintWriter out;

    BreakText(PrintWriter out) {
        this.out = out;
    }

    void print(Explained one) {
        out.printf(Locale.ROOT, "request %d, %s, %,d tokens%n", one.id(), one.agent(), tokens(one));
        place("as it came", one.explanation().came(), one.came());
        edits(one.edits());
        place("as sent", one.explanation().sent(), one.sent());
        one.explanation().engine().ifPresent(found -> {
            line("by engine", Explained.place(found) + count(", %,d tokens", found.behindTokens()));
            remedy(found.remedy());
        });
        line(
                "reused",
                count("%,d tokens could be", one.explanation().predictedTokens())
                        + count("; as it came %,d", one.explanation().predictedAsItCameTokens())
                        + (one.cachedTokens() < 0
                                ? ""
                                : count(", and when it was recorded the engine had %,d", one.cachedTokens())));
    }

    private static long tokens(Explained one) {
        return one.explanation().promptTokens();
    }

    private void place(String side, Optional<Break> found, TextDiff diff) {
        if (found.isEmpty()) {
            line(side, "goes on from an earlier prompt: only what is new is read");
            return;
        }
        line(
                side,
                Explained.place(found.get())
                        + count("; %,d tokens lie behind", found.get().behindTokens()));
        diff.gone().forEach(text -> out.println(INDENT + "- " + printable(text)));
        diff.come().forEach(text -> out.println(INDENT + "+ " + printable(text)));
        remedy(found.get().remedy());
    }

    private void edits(Map<String, Integer> edits) {
        if (!edits.isEmpty()) {
            StringBuilder text = new StringBuilder();
            edits.forEach((reason, count) ->
                    text.append(text.length() == 0 ? "" : ", ").append(reason).append(count > 1 ? " x" + count : ""));
            line("edits", text.toString());
        }
    }

    /** Prints a turn of a running kvkeep, which tells no text. */
    void print(Turn turn) {
        out.printf(
                Locale.ROOT,
                "turn %d, %s, lane %d%s, %,d tokens%s, first token after %,d ms%n",
                turn.id(),
                turn.agent(),
                turn.lane(),
                turn.sideRequest() == null ? "" : ", side request " + turn.sideRequest(),
                turn.promptTokens(),
                turn.promptTokensReported() ? "" : " (estimated)",
                turn.firstTokenMillis());
        place("as it came", turn.came());
        edits(turn.edits());
        place("as sent", turn.sent());
        Place engine = turn.byEngine();
        if (engine != null) {
            line("by engine", words(engine) + count(", %,d tokens", engine.behindTokens()));
            remedy(engine.remedy());
        }
        Long cached = turn.cachedTokens();
        line(
                "reused",
                count("%,d tokens could be", turn.predictedTokens())
                        + (cached == null
                                ? ", the engine does not tell"
                                : count(", %,d were by the engine's report", cached))
                        + count("; as it came %,d", turn.predictedAsItCameTokens()));
    }

    private void place(String side, @Nullable Place found) {
        if (found == null) {
            line(side, "goes on from an earlier prompt: only what is new is read");
        } else {
            line(side, words(found) + count("; %,d tokens lie behind", found.behindTokens()));
            remedy(found.remedy());
        }
    }

    private static String words(Place found) {
        return found.subject().isEmpty() ? found.cause() : found.cause() + ", " + found.subject();
    }

    private void remedy(String text) {
        line("", "remedy: " + text);
    }

    private void line(String name, String text) {
        out.printf(Locale.ROOT, "  %-12s%s%n", name, printable(text));
    }

    /** Spells control characters: a prompt holds what web pages and tools say, and a terminal would obey it. */
    static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (Character.isISOControl(c) && c != '\t') {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.toString();
    }

    private static String count(String form, long number) {
        return String.format(Locale.ROOT, form, number);
    }
}
