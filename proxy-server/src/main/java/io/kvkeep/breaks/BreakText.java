package io.kvkeep.breaks;

import io.kvkeep.explain.Break;
import io.kvkeep.turns.Turn;
import io.kvkeep.turns.Turn.Place;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Explanations in words. */
final class BreakText {
    private static final String INDENT = "              ";
    private static final String AS_IT_CAME = "as it came";
    private static final String AS_SENT = "as sent";
    private static final String GOES_ON = "goes on from an earlier prompt: only what is new is read";

    private final PrintWriter out;

    BreakText(PrintWriter out) {
        this.out = out;
    }

    void print(Explained one) {
        out.printf(Locale.ROOT, "request %d, %s, %,d tokens%n", one.id(), one.agent(), tokens(one));
        sides(
                one.explanation().came().map(found -> Side.of(found, one.came())),
                one.explanation().sent().map(found -> Side.of(found, one.sent())),
                one.edits());
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

    /** Where both forms break at one place, one is enough; where kvkeep kept a break away, nothing more helps. */
    private void sides(Optional<Side> came, Optional<Side> sent, Map<String, Integer> edits) {
        if (came.isPresent()
                && sent.isPresent()
                && came.get().words().equals(sent.get().words())) {
            edits(edits);
            place("break", sent.get());
            remedy(sent.get().remedy());
            return;
        }
        came.ifPresentOrElse(found -> place(AS_IT_CAME, found), () -> line(AS_IT_CAME, GOES_ON));
        came.ifPresent(found -> line("", edits.isEmpty() ? "remedy: " + found.remedy() : "kept away by the edits"));
        edits(edits);
        sent.ifPresentOrElse(found -> place(AS_SENT, found), () -> line(AS_SENT, GOES_ON));
        sent.ifPresent(found -> remedy(found.remedy()));
    }

    private void place(String name, Side found) {
        line(name, found.words() + count("; %,d tokens lie behind", found.behindTokens()));
        found.diff().gone().forEach(text -> out.println(INDENT + "- " + printable(text)));
        found.diff().come().forEach(text -> out.println(INDENT + "+ " + printable(text)));
    }

    /** A break of one form of a prompt. */
    private record Side(String words, long behindTokens, String remedy, TextDiff diff) {
        static Side of(Break found, TextDiff diff) {
            return new Side(Explained.place(found), found.behindTokens(), found.remedy(), diff);
        }

        static Side of(Place found) {
            return new Side(
                    BreakText.words(found), found.behindTokens(), found.remedy(), new TextDiff(List.of(), List.of()));
        }
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
        sides(
                Optional.ofNullable(turn.came()).map(Side::of),
                Optional.ofNullable(turn.sent()).map(Side::of),
                turn.edits());
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
