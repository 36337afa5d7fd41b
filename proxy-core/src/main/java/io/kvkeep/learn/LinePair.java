package io.kvkeep.learn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line as it was and as it is, both without indentation: what stayed the same of it.
 *
 * <p>A little longer than most classes: the cheap checks before the expressions belong to them.
 */
final class LinePair {
    /** What is longer is text for reading, not a label with a value; also bounds what an expression may cost. */
    private static final int MAX_CHARS = 300;

    private static final int MAX_VALUE_CHARS = 64;

    /** Below this a common start is chance. */
    private static final int MIN_COMMON_CHARS = 8;

    private static final List<Spelling> SPELLINGS =
            List.of(Spelling.CLOCK, Spelling.COUNT, Spelling.FRACTION, Spelling.ID);

    private LinePair() {}

    /** Returns the shape that both lines have, or null if they have nothing in common to find them by. */
    static @Nullable Shape shape(String old, String now) {
        Shape spelled = mayHoldValue(old, now) ? spelled(old, now) : null;
        if (spelled != null) {
            return spelled;
        }
        String label = Label.of(now);
        if (!Label.isTelling(label) || !old.startsWith(label)) {
            label = commonWords(old, now);
        }
        return label.isEmpty() ? null : Shape.line(Variation.OTHER, label, "", false);
    }

    /** Returns the kind of value that differs when all else in the two lines is equal, or OTHER. */
    static Variation variation(String old, String now) {
        if (mayHoldValue(old, now)) {
            for (Spelling spelling : SPELLINGS) {
                if (!fixedParts(spelling, old, now).isEmpty()) {
                    return spelling.variation();
                }
            }
        }
        return Variation.OTHER;
    }

    /** Every value has a digit, not far from the first character that differs. */
    private static boolean mayHoldValue(String old, String now) {
        int common = commonStart(old, now);
        return old.length() <= MAX_CHARS
                && now.length() <= MAX_CHARS
                && hasDigitNear(old, common)
                && hasDigitNear(now, common);
    }

    private static boolean hasDigitNear(String line, int at) {
        int end = Math.min(line.length(), at + MAX_VALUE_CHARS);
        for (int i = Math.max(0, at - MAX_VALUE_CHARS); i < end; i++) {
            if (line.charAt(i) >= '0' && line.charAt(i) <= '9') {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Shape spelled(String old, String now) {
        for (Spelling spelling : SPELLINGS) {
            List<String> parts = fixedParts(spelling, old, now);
            if (!parts.isEmpty() && Label.isTelling(parts.get(0))) {
                return shape(spelling, parts);
            }
        }
        return null;
    }

    private static Shape shape(Spelling spelling, List<String> parts) {
        StringBuilder matches = new StringBuilder("[\\x20\\t]*").append(Regex.quote(parts.get(0)));
        for (String part : parts.subList(1, parts.size())) {
            matches.append("(?:").append(spelling.value()).append(')').append(Regex.quote(part));
        }
        boolean byItself = parts.size() == 2
                && !spelling.equals(Spelling.FRACTION)
                && Label.isAllAround(spelling.variation(), parts.get(0), parts.get(1));
        return Shape.line(spelling.variation(), parts.get(0), matches.toString(), byItself);
    }

    /** Returns the parts around the values that differ; empty if something else differs too, or nothing. */
    private static List<String> fixedParts(Spelling spelling, String old, String now) {
        List<Integer> was = spelling.spans(old);
        List<Integer> is = was.isEmpty() ? was : spelling.spans(now);
        if (is.isEmpty() || was.size() != is.size()) {
            return List.of();
        }
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        int oldFrom = 0;
        int from = 0;
        for (int i = 0; i <= is.size(); i += 2) {
            boolean last = i == is.size();
            String between = now.substring(from, last ? now.length() : is.get(i));
            if (!between.equals(old.substring(oldFrom, last ? old.length() : was.get(i)))) {
                return List.of();
            }
            part.append(between);
            if (!last) {
                oldFrom = was.get(i + 1);
                from = is.get(i + 1);
                String value = now.substring(is.get(i), from);
                if (value.equals(old.substring(was.get(i), oldFrom))) {
                    part.append(value);
                } else {
                    parts.add(part.toString());
                    part.setLength(0);
                }
            }
        }
        parts.add(part.toString());
        return parts.size() == 1 ? List.of() : parts;
    }

    /** Returns the words that both lines start with, two at least; empty if there are fewer. */
    private static String commonWords(String old, String now) {
        int common = commonStart(old, now);
        int end = now.lastIndexOf(' ', common - 1) + 1;
        String words = now.substring(0, end);
        boolean enough = end >= MIN_COMMON_CHARS && words.strip().indexOf(' ') > 0 && Label.isTelling(words);
        return enough ? words : "";
    }

    /** Returns how many characters both start with. */
    static int commonStart(String old, String now) {
        int end = Math.min(old.length(), now.length());
        int i = 0;
        while (i < end && old.charAt(i) == now.charAt(i)) {
            i++;
        }
        return i;
    }
}
