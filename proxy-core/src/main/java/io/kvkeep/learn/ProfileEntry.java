package io.kvkeep.learn;

import java.util.Locale;
import java.util.stream.Collectors;

/** A finding as an entry for the {@code sections:} list of a profile. */
public final class ProfileEntry {
    private ProfileEntry() {}

    /**
     * Returns the entry, indented by two blanks, with a line break at its end. Its name is the finding's without
     * {@code learned-}: from then on it is a rule of the profile, and the learner leaves its place alone.
     */
    public static String asYaml(Finding finding) {
        String until = finding.until().stream()
                .map(end -> end.startsWith("\n") ? quote(end) : end)
                .collect(Collectors.joining(", "));
        String matches = finding.matches().isEmpty() ? "" : "    matches: " + quote(finding.matches()) + "\n";
        return "  - name: " + finding.name().replaceFirst("^" + Learner.NAME_PREFIX, "") + "\n"
                + "    kind: " + finding.kind().id() + "\n"
                + "    stability: volatile\n"
                + "    starts: [" + quote(finding.starts()) + "]\n"
                + "    until: [" + until + "]\n"
                + matches
                + "    seen: changed " + finding.changed() + " times in " + finding.seen() + " system texts\n";
    }

    /** Quotes a text for YAML: single quotes where nothing needs an escape, so that expressions stay readable. */
    public static String quote(String text) {
        if (text.chars().noneMatch(ProfileEntry::needsEscape)) {
            return "'" + text.replace("'", "''") + "'";
        }
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '"', '\\' -> out.append('\\').appendCodePoint(c);
                default -> out.append(escaped(c));
            }
        });
        return out.append('"').toString();
    }

    private static String escaped(int c) {
        if (!needsEscape(c) && c <= Character.MAX_VALUE) {
            return Character.toString(c);
        }
        return String.format(Locale.ROOT, c <= Character.MAX_VALUE ? "\\u%04X" : "\\U%08X", c);
    }

    /** Line breaks of any script, control characters, the byte order mark, and what takes two chars. */
    private static boolean needsEscape(int c) {
        return c < ' '
                || (c >= 0x7f && c <= 0xa0)
                || c == 0x2028
                || c == 0x2029
                || c == 0xfeff
                || c >= 0xfffe
                || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
