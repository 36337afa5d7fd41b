package io.kvkeep.yaml;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody meant who wrote another. */
public final class NearName {
    private static final int LETTERS_PER_SLIP = 8;

    private NearName() {}

    /**
     * Returns the name that is the fewest slips away: a letter too many, too few or another, or two neighbours swapped.
     * One slip is allowed, and one more for each eight letters; capitals and {@code _} for {@code -} are none.
     */
    public static Optional<String> of(String written, Collection<String> names) {
        String plain = plain(written);
        String nearest = "";
        int fewest = 1 + plain.length() / LETTERS_PER_SLIP;
        for (String name : names) {
            int slips = slips(plain, plain(name));
            if (slips < fewest || (slips == fewest && nearest.isEmpty() && slips < name.length())) {
                nearest = name;
                fewest = slips;
            }
        }
        return Optional.of(nearest).filter(name -> !name.isEmpty());
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Counts by the table of Damerau and Levenshtein, in which a letter takes part in one swap at most. */
    private static int slips(String one, String other) {
        int[] twoAbove = new int[other.length() + 1];
        int[] above = new int[other.length() + 1];
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] free = twoAbove;
            twoAbove = above;
            above = row;
            row = free;
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int same = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(above[j - 1] + same, 1 + Math.min(above[j], row[j - 1]));
                boolean swapped = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                row[j] = swapped ? Math.min(row[j], twoAbove[j - 2] + 1) : row[j];
            }
        }
        return row[other.length()];
    }
}
