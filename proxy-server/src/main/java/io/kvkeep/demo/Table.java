package io.kvkeep.demo;

import java.util.Locale;
import java.util.OptionalLong;

/** A comparison as lines for a terminal of 100 columns. */
final class Table {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Waits below this are shown with more digits. */
    private static final long LONG_WAIT_NANOS = 10 * NANOS_PER_SECOND;

    private final Comparison comparison;
    private final Style style;
    private final int decimals;

    Table(Comparison comparison, Style style) {
        this.comparison = comparison;
        this.style = style;
        boolean isLong = comparison.direct().stream().anyMatch(one -> one.waitNanos() >= LONG_WAIT_NANOS);
        this.decimals = isLong ? 1 : 2;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        line(text, style.bold(groups("prompt", "tokens read", "wait for 1st token")));
        line(text, style.bold(row("", "", "what happened", "tokens", "direct", "kvkeep", "direct", "kvkeep")));
        String rule = "-".repeat(row("", "", "", "", "", "", "", "").length());
        line(text, rule);
        for (int i = 0; i < comparison.turns().size(); i++) {
            turn(text, i);
        }
        line(text, rule);
        line(
                text,
                style.bold(row(
                        "",
                        "",
                        "total",
                        "",
                        tokens(Comparison.read(comparison.direct(), i -> true)),
                        tokens(Comparison.read(comparison.proxied(), i -> true)),
                        seconds(Comparison.waitNanos(comparison.direct())),
                        seconds(Comparison.waitNanos(comparison.proxied())))));
        return text.toString();
    }

    private void turn(StringBuilder text, int i) {
        Reading direct = comparison.direct().get(i);
        Reading proxied = comparison.proxied().get(i);
        boolean change = comparison.isChange(i);
        String row = row(
                i + 1,
                change ? "*" : "",
                comparison.turns().get(i).what(),
                tokens(direct.prompt()),
                tokens(direct.read()),
                tokens(proxied.read()),
                seconds(direct.waitNanos()),
                seconds(proxied.waitNanos()));
        line(text, change ? style.yellow(row) : row);
    }

    /** Headings, the last two over two columns each. */
    private static String groups(String prompt, String tokens, String wait) {
        return String.format(Locale.ROOT, "%48s %21s %22s", prompt, tokens, wait);
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, "%3s %1s %-33s %8s %11s %9s %12s %9s", cells);
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }

    /** Unknown is not zero. */
    private static String tokens(OptionalLong tokens) {
        return tokens.isPresent() ? String.format(Locale.ROOT, "%,d", tokens.getAsLong()) : "-";
    }

    private String seconds(long nanos) {
        return String.format(Locale.ROOT, "%,." + decimals + "f s", (double) nanos / NANOS_PER_SECOND);
    }
}
