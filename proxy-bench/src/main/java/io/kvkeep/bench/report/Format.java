package io.kvkeep.bench.report;

import java.util.Locale;

/** Spells figures for a table; what is not known is a dash. */
final class Format {
    static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, digits(value), value) : "-";
    }

    static String signed(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, digits(value).replace("%", "%+"), value) : "-";
    }

    static String range(Spread spread) {
        return Double.isFinite(spread.median()) ? " (" + number(spread.min()) + ".." + number(spread.max()) + ")" : "";
    }

    static String ratio(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, " x%.2f", value) : "";
    }

    private static String digits(double value) {
        return Math.abs(value) < 10 ? "%.1f" : "%.0f";
    }

    private Format() {}
}
